// Time.tsx - a point in time: relative, exact on hover; and the clock that keeps it true.
import {useSyncExternalStore} from 'react';
import {Store} from '../api/store.ts';
import {exactTime, relativeTime, shortTime} from '../format/time.ts';

const TICK_MS = 20_000;
const clock = new Store(Date.now());
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;

const tick = () => clock.set(Date.now());

function watch(watcher: () => void): () => void {
	const end = clock.watch(watcher);
	if (users++ === 0) {
		tick();
		timer = setInterval(tick, TICK_MS);
	}
	return () => {
		end();
		if (--users === 0) {
			clearInterval(timer);
		}
	};
}

/** Now, in milliseconds since 1970; renders again as time passes. */
export function useNow(): number {
	return useSyncExternalStore(watch, clock.get);
}

/** `iso` as the API gives it; null shows `never`. */
export function Time({iso, never = ''}: {iso: string | null | undefined; never?: string}) {
	const now = useNow();
	if (iso === null || iso === undefined) {
		return <>{never}</>;
	}
	const at = Date.parse(iso);
	return (
		<time dateTime={iso} title={exactTime(at)}>
			<span className="screen-only">{relativeTime(at, now)}</span>
			<span className="print-only">{shortTime(at)}</span>
		</time>
	);
}
