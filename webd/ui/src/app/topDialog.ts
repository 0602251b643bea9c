// topDialog.ts - the open dialog, drawer or menu that keeps the focus: what lies beside it is out of reach for keyboards and screen readers.
import {useSyncExternalStore} from 'react';

/** The part that keeps the focus follows the trap's first sentinel. */
function topDialog(): Element | null {
	return [...document.querySelectorAll('body > [role="presentation"]:not([aria-hidden]) > [data-testid="sentinelStart"] + *')].pop() ?? null;
}

function watch(changed: () => void): () => void {
	const observer = new MutationObserver(changed);
	observer.observe(document.body, {childList: true, attributes: true, attributeFilter: ['aria-hidden'], subtree: true});
	return () => observer.disconnect();
}

const neverWatch = () => () => {};

/** null: there is none, or nobody wants to know. */
export function useTopDialog(wanted: boolean): Element | null {
	return useSyncExternalStore(wanted ? watch : neverWatch, () => (wanted ? topDialog() : null));
}
