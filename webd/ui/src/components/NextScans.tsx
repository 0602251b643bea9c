// NextScans.tsx - when scans start by themselves, and what hinders them, as scannerd tells it.
import {live, type ScanKind} from '../api/events.ts';
import {useQuery} from '../api/query.ts';
import {useStore} from '../api/store.ts';
import type {InfoAnswer} from '../api/types.ts';
import {TextLink} from './TextLink.tsx';
import {Time} from './Time.tsx';

/** What scannerd says of itself; undefined: not known, or it does not run. */
export function useInfo(): InfoAnswer | undefined {
	const {scannerd} = useStore(live);
	return useQuery('/api/info', scannerd ? {} : null).data;
}

/** "in 3 hours" or "never: set a schedule" */
export function NextScan({kind}: {kind: ScanKind}) {
	const info = useInfo();
	if (info === undefined) {
		return <>not known</>;
	}
	const next = kind === 'directories' ? info.next_directories : info.next_servers;
	return next === undefined ? <TextLink href="/settings?section=schedules">not planned</TextLink> : <Time iso={next} />;
}
