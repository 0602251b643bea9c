// LastScan.tsx - the result of the last scan of the directories, in a line that leads to it.
import {useQuery} from '../../api/query.ts';
import type {Scan} from '../../api/types.ts';
import {NextScan} from '../../components/NextScans.tsx';
import {visible} from '../../format/name.ts';
import {counted} from '../../format/size.ts';
import {Time} from '../../components/Time.tsx';
import {TextLink} from '../../components/TextLink.tsx';

/** The last one that has ended. */
export function useLastScan(): {scan: Scan | undefined; loading: boolean} {
	const {data, loading} = useQuery('/api/scans', {query: {kind: 'directories', state: ['succeeded', 'failed', 'cancelled', 'interrupted'], sort: 'id', order: 'desc', limit: 1}});
	return {scan: data?.scans[0], loading};
}

export function LastScan() {
	const {scan} = useLastScan();
	if (scan === undefined) {
		return <>Next scan by schedule: <NextScan kind="directories" />.</>;
	}
	return (
		<>
			<TextLink href={`/scans?scan=${scan.id}`}>Last scan</TextLink> <Time iso={scan.started} />: {visible(scan.message)}
			{scan.errors > 0 && ` ${counted(scan.errors, 'problem')}.`} Next: <NextScan kind="directories" />.
		</>
	);
}
