// router.tsx - the address bar as state: pages by path, everything else by typed search parameters.
import {type AnchorHTMLAttributes, type MouseEvent, type Ref, useCallback, useMemo} from 'react';
import {Store, useStore} from './api/store.ts';
import {changed, type Codecs, read, type Values} from './params.ts';

export {flag, number, oneOf, text, type Values, words} from './params.ts';

const here = new Store(window.location.pathname + window.location.search);
window.addEventListener('popstate', () => {
	const [to, from] = [window.location.pathname + window.location.search, here.get()];
	if (keeper !== null && window.location.pathname !== from.split('?', 1)[0]) {
		window.history.pushState(null, '', from); // back to where the page still is
		keeper(() => leave(to));
		return;
	}
	here.set(to);
});

/** Asks before the page is left for another; go() leaves. */
type Keeper = (go: () => void) => void;
let keeper: Keeper | null = null;

/** While a page has something to lose. Returns what ends it. */
export function keepPage(ask: Keeper): () => void {
	keeper = ask;
	return () => {
		keeper = null;
	};
}

function leave(to: string): void {
	keeper = null;
	navigate(to);
}

export function navigate(to: string, {replace = false}: {replace?: boolean} = {}): void {
	const url = new URL(to, window.location.href);
	if (url.href === window.location.href) {
		return;
	}
	if (keeper !== null && url.pathname !== window.location.pathname) {
		keeper(() => leave(to));
		return;
	}
	window.history[replace ? 'replaceState' : 'pushState'](null, '', url);
	here.set(url.pathname + url.search);
}

/** What follows the "#", taken out of the address and the history: it may be a secret. '' unless it begins so. */
export function takeFragment(begin: string): string {
	const fragment = window.location.hash.slice(1);
	if (!fragment.startsWith(begin)) {
		return '';
	}
	window.history.replaceState(null, '', window.location.pathname + window.location.search);
	return fragment.slice(begin.length);
}

export function usePath(): string {
	return useStore(here).split('?', 1)[0] ?? '/';
}

/** The search parameters that a page knows; `codecs` must be a constant. A change adds to the history unless it replaces, as while typing. */
export function useSearch<C extends Codecs>(
	codecs: C,
): [Values<C>, (change: Partial<Values<C>>, options?: {replace?: boolean}) => void] {
	const search = useStore(here).split('?', 2)[1] ?? '';
	const values = useMemo(() => read(search, codecs), [codecs, search]);
	const change = useCallback((changes: Partial<Values<C>>, options?: {replace?: boolean}) => {
		navigate(withSearch(codecs, changes), options ?? {});
	}, [codecs]);
	return [values, change];
}

/** This page's address with other parameters: for links. */
export function withSearch<C extends Codecs>(codecs: C, changes: Partial<Values<C>>): string {
	return window.location.pathname + changed(window.location.search, codecs, changes);
}

interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
	href: string;
	ref?: Ref<HTMLAnchorElement>;
}

/** A link inside the dashboard. With a modifier key, the browser does what it always does. */
export function Link({href, onClick, ...rest}: LinkProps) {
	const follow = (event: MouseEvent<HTMLAnchorElement>) => {
		onClick?.(event);
		if (!event.defaultPrevented && event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey) {
			event.preventDefault();
			navigate(href);
		}
	};
	return <a {...rest} href={href} onClick={follow} />;
}
