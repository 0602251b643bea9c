// useSettled.ts - a value as it is once typing pauses: what asks the server waits for it.
import {useEffect, useState} from 'react';

const PAUSE_MS = 300;

export function useSettled<T>(value: T): T {
	const [settled, setSettled] = useState(value);
	useEffect(() => {
		const timer = setTimeout(() => setSettled(value), PAUSE_MS);
		return () => clearTimeout(timer);
	}, [value]);
	return settled;
}
