// router.tsx - the address bar as state: pages by path, everything else by typed search parameters.
import {type AnchorHTMLAttributes, type MouseEvent, type Ref, useCallback, useMemo} from 'react';
import {Store, useStore} from './api/store.ts';

const here = new Store(window.location.pathname + window.location.search);
window.addEventListener('popstate', () => here.set(window.location.pathname + window.location.search));

export function navigate(to: string, {replace = false}: {replace?: boolean} = {}): void {
	const url = new URL(to, window.location.href);
	if (url.href === window.location.href) {
		return;
	}
	window.history[replace ? 'replaceState' : 'pushState'](null, '', url);
	here.set(url.pathname + url.search);
}

export function usePath(): string {
	return useStore(here).split('?', 1)[0] ?? '/';
}

/** How a parameter is read from the address, and written. What is not valid reads as its absence. */
interface Codec<T> {
	read: (text: string | null) => T;
	/** null: left out */
	write: (value: T) => string | null;
}
export const text: Codec<string> = {
	read: (given) => given ?? '',
	write: (value) => (value === '' ? null : value),
};
export const number: Codec<number | null> = {
	read: (given) => (given !== null && /^[1-9]\d{0,15}$/.test(given) ? Number(given) : null),
	write: (value) => (value === null ? null : String(value)),
};
export const flag: Codec<boolean | null> = {
	read: (given) => (given === '1' ? true : given === '0' ? false : null),
	write: (value) => (value === null ? null : value ? '1' : '0'),
};
export function words<W extends string>(all: readonly W[]): Codec<readonly W[]> {
	return {
		read: (given) => all.filter((word) => (given ?? '').split(',').includes(word)),
		write: (value) => (value.length === 0 ? null : value.join(',')),
	};
}
export function oneOf<W extends string>(all: readonly W[], otherwise: NoInfer<W>): Codec<W> {
	return {
		read: (given) => all.find((word) => word === given) ?? otherwise,
		write: (value) => (value === otherwise ? null : value),
	};
}

// Each of its own type: only `any` stands for all of them.
type Codecs = Readonly<Record<string, Codec<any>>>;
type Values<C> = {readonly [K in keyof C]: C[K] extends Codec<infer T> ? T : never};

/** The search parameters that a page knows; `codecs` must be a constant. A change adds to the history unless it replaces, as while typing. */
export function useSearch<C extends Codecs>(
	codecs: C,
): [Values<C>, (change: Partial<Values<C>>, options?: {replace?: boolean}) => void] {
	const search = useStore(here).split('?', 2)[1] ?? '';
	const values = useMemo(() => {
		const params = new URLSearchParams(search);
		return Object.fromEntries(Object.entries(codecs).map(([name, codec]) => [name, codec.read(params.get(name)) as unknown])) as Values<C>;
	}, [codecs, search]);
	const change = useCallback((changes: Partial<Values<C>>, options?: {replace?: boolean}) => {
		navigate(withSearch(codecs, changes), options ?? {});
	}, [codecs]);
	return [values, change];
}

/** This page's address with other parameters: for links. */
export function withSearch<C extends Codecs>(codecs: C, changes: Partial<Values<C>>): string {
	const params = new URLSearchParams(window.location.search);
	for (const [name, value] of Object.entries(changes)) {
		const written = codecs[name]?.write(value) ?? null;
		if (written === null) {
			params.delete(name);
		} else {
			params.set(name, written);
		}
	}
	return window.location.pathname + (params.size === 0 ? '' : `?${params}`);
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
