// params.ts - typed search parameters: how each is read from an address, and written to it.

/** How a parameter is read from the address, and written. What is not valid reads as its absence. */
export interface Codec<T> {
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
export type Codecs = Readonly<Record<string, Codec<any>>>;
export type Values<C> = {readonly [K in keyof C]: C[K] extends Codec<infer T> ? T : never};

export function read<C extends Codecs>(search: string, codecs: C): Values<C> {
	const params = new URLSearchParams(search);
	return Object.fromEntries(Object.entries(codecs).map(([name, codec]) => [name, codec.read(params.get(name)) as unknown])) as Values<C>;
}

/** The search with those changes, "?" included; '' if nothing is left. What the codecs do not know stays as it is. */
export function changed<C extends Codecs>(search: string, codecs: C, changes: Partial<Values<C>>): string {
	const params = new URLSearchParams(search);
	for (const [name, value] of Object.entries(changes)) {
		const written = codecs[name]?.write(value) ?? null;
		if (written === null) {
			params.delete(name);
		} else {
			params.set(name, written);
		}
	}
	// Commas between the words of a list are easier to read as they are.
	return params.size === 0 ? '' : `?${params.toString().replaceAll('%2C', ',')}`;
}
