// DirectoriesPage.tsx - the configured directories, and whether they are there.
import Box from '@mui/material/Box';
import type {ScannedDirectory} from '../../api/types.ts';
import {Name} from '../../components/Name.tsx';
import {Page} from '../../components/Page.tsx';
import {ScanButton} from '../../components/ScanButton.tsx';
import {EmptyState} from '../../components/states.tsx';
import type {Column} from '../../components/table/columns.ts';
import {DataTable} from '../../components/table/DataTable.tsx';
import {Time} from '../../components/Time.tsx';
import {bytes, count, counted} from '../../format/size.ts';
import {oneOf, useSearch} from '../../router.tsx';

const SEARCH = {
	sort: oneOf(['path', 'available', 'files', 'bytes', 'newest', 'last_scan'], 'path'),
	order: oneOf(['asc', 'desc'], 'asc'),
};
const state = (directory: ScannedDirectory) => (directory.available ? 'available' : directory.reason);

const COLUMNS: readonly Column<ScannedDirectory>[] = [
	{field: 'path', header: 'Directory', width: 220, flex: 2, render: (directory) => <Name>{directory.path}</Name>},
	{field: 'available', header: 'State', width: 160, flex: 1, render: (directory) => <Name>{state(directory)}</Name>},
	{field: 'files', header: 'Files', width: 110, align: 'right', render: (directory) => count(directory.files)},
	{field: 'bytes', header: 'Size', width: 110, align: 'right', render: (directory) => bytes(directory.bytes)},
	{field: 'newest', header: 'Newest file', width: 140, render: (directory) => <Time iso={directory.newest} never="none" />},
	{field: 'last_scan', header: 'Last scan', width: 140, render: (directory) => <Time iso={directory.last_scan} never="never" />},
];

function Card({directory}: {directory: ScannedDirectory}) {
	return (
		<>
			<Box sx={{fontWeight: 650}}><Name wrap>{directory.path}</Name></Box>
			<div>{state(directory)}</div>
			<Box sx={{color: 'text.secondary'}}>{counted(directory.files, 'file')}, {bytes(directory.bytes)}, last scan <Time iso={directory.last_scan} never="never" /></Box>
		</>
	);
}

export default function DirectoriesPage() {
	const [search, setSearch] = useSearch(SEARCH);
	return (
		<Page title="Directories" fill actions={<ScanButton kind="directories" />}>
			<DataTable
				name="Directories" path="/api/directories" columns={COLUMNS} noun={['directory', 'directories']} rowId={(directory) => directory.id}
				sort={{field: search.sort, order: search.order}} onSort={({field, order}) => setSearch({sort: field as typeof search.sort, order})}
				card={(directory) => <Card directory={directory} />}
				empty={<EmptyState title="No directory has been scanned yet.">Name the directories that hold your backups in the settings, then scan them.</EmptyState>}
			/>
		</Page>
	);
}
