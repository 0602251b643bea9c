// Time.tsx - a point in time: relative, exact on hover; and the clock that keeps it true.
import {useEffect} from 'react';
import {Store, useStore} from '../api/store.ts';
import {exactTime, relativeTime, shortTime} from '../format/time.ts';

const TICK_MS = 20_000;
const clock = new Store(Date.now());
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** Now, in milliseconds since 1970; renders again as time passes. */
export function useNow(): number {
	useEffect(() => {
		if (users++ === 0) {
			clock.set(Date.now());
			timer = setInterval(() => clock.set(Date.now()), TICK_MS);
		}
		return () => {
			if (--users === 0) {
				clearInterval(timer);
			}
		};
	}, []);
	return useStore(clock);
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
