// useSecondsUntil.ts - waits for so many seconds, and says how many are left.
import {useEffect, useState} from 'react';

const TICK_MS = 250;

/** Seconds until then (milliseconds since 1970), rounded up; 0: it is past. */
export function useSecondsUntil(then: number): number {
	const [now, setNow] = useState(Date.now);
	const waiting = now < then;
	useEffect(() => {
		setNow(Date.now());
	}, [then]);
	useEffect(() => {
		if (!waiting) {
			return undefined;
		}
		const timer = setInterval(() => setNow(Date.now()), TICK_MS);
		return () => clearInterval(timer);
	}, [waiting]);
	return Math.max(0, Math.ceil((then - now) / 1000));
}
