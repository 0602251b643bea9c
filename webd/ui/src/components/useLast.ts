// useLast.ts - what was there last: shown until what is asked for now has come, because a view that blinks cannot be read.
import {useEffect, useRef} from 'react';

/** `value`, or where it is undefined the last one that was not. */
export function useLast<T>(value: T | undefined): T | undefined {
	const last = useRef<T>(undefined);
	useEffect(() => {
		last.current = value ?? last.current;
	});
	return value ?? last.current;
}
