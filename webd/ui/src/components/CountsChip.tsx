// CountsChip.tsx - whether a file counts as a backup, as icon and word.
import {ExemptIcon, GoodIcon} from './icons.tsx';

export function CountsSymbol({counts}: {counts: boolean}) {
	const Icon = counts ? GoodIcon : ExemptIcon;
	return <Icon className={counts ? 'counts-symbol good' : 'counts-symbol soft'} />;
}

export function CountsChip({counts}: {counts: boolean}) {
	return <span className={counts ? 'sign strong good' : 'sign strong soft'}><CountsSymbol counts={counts} />{counts ? 'Counts' : 'Does not'}</span>;
}
