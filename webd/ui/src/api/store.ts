// store.ts - a value that components watch.
import {useSyncExternalStore} from 'react';

export class Store<T> {
	private value: T;
	private readonly watchers = new Set<() => void>();

	constructor(value: T) {
		this.value = value;
	}

	readonly get = (): T => this.value;

	set(value: T): void {
		this.value = value;
		for (const watcher of [...this.watchers]) {
			watcher();
		}
	}

	/** Returns what ends it. */
	readonly watch = (watcher: () => void): (() => void) => {
		this.watchers.add(watcher);
		return () => {
			this.watchers.delete(watcher);
		};
	};

	get watched(): boolean {
		return this.watchers.size > 0;
	}
}

export function useStore<T>(store: Store<T>): T {
	return useSyncExternalStore(store.watch, store.get);
}
