// StatusChip.tsx - a status as icon, word and colour.
import {ErrorIcon, ExemptIcon, GoodIcon, UnknownIcon, WarningIcon} from './icons.tsx';
import {type Status, STATUS_WORDS} from './status.ts';

const ICONS = {green: GoodIcon, yellow: WarningIcon, red: ErrorIcon, unknown: UnknownIcon, exempt: ExemptIcon};

export function StatusSymbol({status}: {status: Status}) {
	const Icon = ICONS[status];
	return <Icon className="small" />;
}

export function StatusChip({status}: {status: Status}) {
	const Icon = ICONS[status];
	return <span className={`status-chip ${status}`}><Icon />{STATUS_WORDS[status]}</span>;
}
