// columns.tsx - the columns of the scans.
import Box from '@mui/material/Box';
import type {Scan} from '../../api/types.ts';
import {Name} from '../../components/Name.tsx';
import {SCAN_KIND_WORDS} from '../../components/scans.ts';
import {ScanStateChip} from '../../components/ScanStateChip.tsx';
import type {Column} from '../../components/table/columns.ts';
import {Time} from '../../components/Time.tsx';
import {bytes, count, counted} from '../../format/size.ts';
import {duration} from '../../format/time.ts';
import {Link, withSearch} from '../../router.tsx';
import {SEARCH} from './search.ts';

/** "2 min 5 s"; '' while it runs. */
export function tookText(scan: Scan): string {
	if (scan.finished === null) {
		return '';
	}
	const seconds = (Date.parse(scan.finished) - Date.parse(scan.started)) / 1000;
	return seconds < 1 ? 'under 1 s' : duration(seconds); // both are told in whole seconds
}

const ofFiles = (scan: Scan, text: string) => (scan.kind === 'directories' ? text : '');
const ofServers = (scan: Scan, text: string) => (scan.kind === 'servers' ? text : '');

/** Opens the scan's drawer, also in another window. */
function ScanLink({scan}: {scan: Scan}) {
	return (
		<Link className="row-link" href={withSearch(SEARCH, {scan: scan.id})} aria-label={`${SCAN_KIND_WORDS[scan.kind]}, scan ${scan.id}`} onClick={(event) => event.stopPropagation()}>
			{SCAN_KIND_WORDS[scan.kind]}
		</Link>
	);
}

export const COLUMNS: readonly Column<Scan>[] = [
	{field: 'kind', header: 'Scan of', width: 110, render: (scan) => <ScanLink scan={scan} />},
	{field: 'state', header: 'State', width: 122, render: (scan) => <ScanStateChip state={scan.state} />},
	{field: 'started', header: 'Started', width: 128, render: (scan) => <Time iso={scan.started} />},
	{field: 'finished', header: 'Took', width: 86, unsortable: true, render: tookText},
	{field: 'requested_by', header: 'Asked for by', width: 112, render: (scan) => (scan.requested_by === 'schedule' ? 'the schedule' : 'a person')},
	{field: 'files', header: 'Files', width: 96, align: 'right', render: (scan) => ofFiles(scan, count(scan.files))},
	{field: 'bytes', header: 'Size', width: 90, align: 'right', render: (scan) => ofFiles(scan, bytes(scan.bytes))},
	{field: 'hosts_up', header: 'Reachable', width: 104, align: 'right', render: (scan) => ofServers(scan, count(scan.hosts_up))},
	{field: 'errors', header: 'Problems', width: 98, align: 'right', render: (scan) => (scan.errors === 0 ? '' : count(scan.errors))},
	{field: 'message', header: 'Result', width: 200, flex: 1, unsortable: true, render: (scan) => <Name>{scan.message}</Name>},
	{field: 'changed', header: 'Changes', width: 90, align: 'right', hidden: true, render: (scan) => count(scan.changed)},
	{field: 'hosts', header: 'Addresses', width: 96, align: 'right', hidden: true, render: (scan) => ofServers(scan, count(scan.hosts))},
	{field: 'id', header: 'Number', width: 86, align: 'right', hidden: true},
];

export function ScanCard({scan}: {scan: Scan}) {
	return (
		<>
			<Box sx={{display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: 1}}>
				<Box component="span" sx={{fontWeight: 650}}>{SCAN_KIND_WORDS[scan.kind]}</Box>
				<ScanStateChip state={scan.state} />
			</Box>
			<Name wrap>{scan.message}</Name>
			<Box sx={{color: 'text.secondary'}}><Time iso={scan.started} />{scan.finished === null ? '' : `, took ${tookText(scan)}`}{scan.errors === 0 ? '' : `, ${counted(scan.errors, 'problem')}`}</Box>
		</>
	);
}
