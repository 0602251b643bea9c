// ScansPage.tsx - the scans that ran, the newest first.
import Box from '@mui/material/Box';
import type {Scan} from '../../api/types.ts';
import {Name} from '../../components/Name.tsx';
import {Page} from '../../components/Page.tsx';
import {ScanButton} from '../../components/ScanButton.tsx';
import {EmptyState} from '../../components/states.tsx';
import type {Column} from '../../components/table/columns.ts';
import {DataTable} from '../../components/table/DataTable.tsx';
import {Time} from '../../components/Time.tsx';
import {count} from '../../format/size.ts';
import {oneOf, useSearch} from '../../router.tsx';

const SEARCH = {
	sort: oneOf(['id', 'kind', 'state', 'started', 'finished', 'errors'], 'id'),
	order: oneOf(['desc', 'asc'], 'desc'),
};

const COLUMNS: readonly Column<Scan>[] = [
	{field: 'id', header: 'Number', width: 90, align: 'right'},
	{field: 'kind', header: 'Of', width: 120},
	{field: 'state', header: 'State', width: 120},
	{field: 'started', header: 'Started', width: 140, render: (scan) => <Time iso={scan.started} />},
	{field: 'finished', header: 'Ended', width: 140, render: (scan) => <Time iso={scan.finished} never="runs" />},
	{field: 'errors', header: 'Problems', width: 100, align: 'right', render: (scan) => count(scan.errors)},
	{field: 'message', header: 'Result', width: 240, flex: 1, unsortable: true, render: (scan) => <Name>{scan.message}</Name>},
];

function Card({scan}: {scan: Scan}) {
	return (
		<>
			<Box sx={{fontWeight: 650}}>{`${scan.kind}: ${scan.state}`}</Box>
			<Box sx={{color: 'text.secondary'}}><Time iso={scan.started} /></Box>
			<Name wrap>{scan.message}</Name>
		</>
	);
}

export default function ScansPage() {
	const [search, setSearch] = useSearch(SEARCH);
	return (
		<Page title="Scans" fill actions={<><ScanButton kind="directories" /><ScanButton kind="servers" /></>}>
			<DataTable
				name="Scans" path="/api/scans" columns={COLUMNS} noun={['scan', 'scans']} rowId={(scan) => scan.id}
				sort={{field: search.sort, order: search.order}} onSort={({field, order}) => setSearch({sort: field as typeof search.sort, order})}
				card={(scan) => <Card scan={scan} />} empty={<EmptyState title="Nothing has been scanned yet.">Start a scan above.</EmptyState>}
			/>
		</Page>
	);
}
