// Name.tsx - a name or path from elsewhere, inert: no marks that reorder text, no layout that breaks at 255 bytes.
import {visible} from '../format/name.ts';

/** `wrap`: over several lines, for drawers; otherwise one line with an ellipsis and the whole on hover. */
export function Name({children, wrap = false}: {children: string | null | undefined; wrap?: boolean}) {
	const name = visible(children ?? '');
	return <bdi className={wrap ? 'name-wrapped' : 'name'} title={wrap ? undefined : name}>{name}</bdi>;
}
