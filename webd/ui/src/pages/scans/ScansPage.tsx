// ScansPage.tsx - the scans that run, live; those that ran, the newest first; and a drawer with what a scan could not do.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import {live} from '../../api/events.ts';
import {useStore} from '../../api/store.ts';
import {FilterChips} from '../../components/FilterChips.tsx';
import {Name} from '../../components/Name.tsx';
import {NextScan, useInfo} from '../../components/NextScans.tsx';
import {Page} from '../../components/Page.tsx';
import {RunningScan} from '../../components/RunningScan.tsx';
import {ScanButton} from '../../components/ScanButton.tsx';
import {SCAN_KIND_WORDS, SCAN_KINDS, SCAN_STATE_WORDS, SCAN_STATES} from '../../components/scans.ts';
import {EmptyState} from '../../components/states.tsx';
import {DataTable} from '../../components/table/DataTable.tsx';
import {useSearch} from '../../router.tsx';
import {COLUMNS, ScanCard} from './columns.tsx';
import {ScanDrawer} from './ScanDrawer.tsx';
import {SEARCH} from './search.ts';

function Running() {
	const {running} = useStore(live);
	const scans = SCAN_KINDS.flatMap((kind) => running[kind] ?? []);
	if (scans.length === 0) {
		return null;
	}
	return (
		<Box sx={{display: 'grid', gridTemplateColumns: {xs: 'minmax(0, 1fr)', lg: scans.length > 1 ? 'repeat(2, minmax(0, 1fr))' : 'minmax(0, 1fr)'}, gap: 2}}>
			{scans.map((scan) => <RunningScan key={scan.kind} scan={scan} />)}
		</Box>
	);
}

function Reduced() {
	const reason = useInfo()?.network_reason;
	return reason === undefined || reason === '' ? null : <Alert severity="info"><Name wrap>{`Scans of servers are limited: ${reason}`}</Name></Alert>;
}

export default function ScansPage() {
	const [search, setSearch] = useSearch(SEARCH);
	const filtered = search.kind.length > 0 || search.state.length > 0;
	const showAll = () => setSearch({kind: [], state: []});
	const toolbar = (
		<>
			<FilterChips label="Scan of" value={search.kind} onChange={(kind) => setSearch({kind})} options={SCAN_KINDS.map((value) => ({value, label: SCAN_KIND_WORDS[value]}))} />
			<FilterChips label="State" value={search.state} onChange={(state) => setSearch({state})} options={SCAN_STATES.map((value) => ({value, label: SCAN_STATE_WORDS[value]}))} />
			{filtered && <Button onClick={showAll}>Show all</Button>}
		</>
	);
	const empty = filtered
		? <EmptyState title="No scan matches." action={<Button variant="outlined" onClick={showAll}>Show all scans</Button>}>Take a filter away.</EmptyState>
		: (
			<EmptyState title="Nothing has been scanned yet." action={<ScanButton kind="directories" variant="contained" />}>
				A scan of the directories finds the backups, a scan of the servers finds whose they should be.
			</EmptyState>
		);
	return (
		<Page
			title="Scans" fill actions={<><ScanButton kind="directories" /><ScanButton kind="servers" /></>}
			about={<>Next by schedule: directories <NextScan kind="directories" />, servers <NextScan kind="servers" />.</>}>
			<Running />
			<Reduced />
			<DataTable
				name="Scans" path="/api/scans" filters={{kind: search.kind, state: search.state}} columns={COLUMNS} noun={['scan', 'scans']} rowId={(scan) => scan.id}
				sort={{field: search.sort, order: search.order}} onSort={({field, order}) => setSearch({sort: field as typeof search.sort, order})}
				onOpen={(scan) => setSearch({scan: scan.id})} card={(scan) => <ScanCard scan={scan} />} toolbar={toolbar} empty={empty} exportPath="/api/scans"
			/>
			<ScanDrawer id={search.scan} onClose={() => setSearch({scan: null, problem: ''})} />
		</Page>
	);
}
