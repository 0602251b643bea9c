// useSettled.ts - a value once it has not changed for a while: so that nothing is asked on every key.
import {useEffect, useState} from 'react';

const PAUSE_MS = 250;

/** `value` itself must stay the same while nothing changes: a string, or a memo. */
export function useSettled<T>(value: T, ms = PAUSE_MS): T {
	const [settled, setSettled] = useState(value);
	useEffect(() => {
		const timer = setTimeout(() => setSettled(value), ms);
		return () => clearTimeout(timer);
	}, [value, ms]);
	return settled;
}
