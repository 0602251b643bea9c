// FilesPage.tsx - every file in the scanned directories, and which server it belongs to.
import Box from '@mui/material/Box';
import {sentence} from '../../api/client.ts';
import type {File} from '../../api/types.ts';
import {Name} from '../../components/Name.tsx';
import {Page} from '../../components/Page.tsx';
import {ScanButton} from '../../components/ScanButton.tsx';
import {SearchField} from '../../components/SearchField.tsx';
import {EmptyState} from '../../components/states.tsx';
import type {Column} from '../../components/table/columns.ts';
import {DataTable} from '../../components/table/DataTable.tsx';
import {Time} from '../../components/Time.tsx';
import {bytes} from '../../format/size.ts';
import {oneOf, text, useSearch} from '../../router.tsx';

const SEARCH = {
	q: text,
	sort: oneOf(['filename', 'filepath', 'size', 'last_modified', 'server', 'counts', 'reason'], 'last_modified'),
	order: oneOf(['desc', 'asc'], 'desc'),
};

const COLUMNS: readonly Column<File>[] = [
	{field: 'filename', header: 'Name', width: 180, flex: 1.2, render: (file) => <Name>{file.filename}</Name>},
	{field: 'filepath', header: 'Path', width: 220, flex: 2, render: (file) => <Name>{file.filepath}</Name>},
	{field: 'size', header: 'Size', width: 100, align: 'right', render: (file) => bytes(file.size)},
	{field: 'last_modified', header: 'Modified', width: 130, render: (file) => <Time iso={file.last_modified} />},
	{field: 'server', header: 'Server', width: 140, render: (file) => <Name>{file.server ?? 'none'}</Name>},
	{field: 'counts', header: 'Counts', width: 90, render: (file) => (file.counts ? 'yes' : 'no')},
	{field: 'reason', header: 'Why', width: 180, flex: 1, render: (file) => <Name>{sentence(file.reason)}</Name>},
];

function Card({file}: {file: File}) {
	return (
		<>
			<Box sx={{fontWeight: 650}}><Name wrap>{file.filename}</Name></Box>
			<Box sx={{color: 'text.secondary'}}>{bytes(file.size)}, <Time iso={file.last_modified} /></Box>
			<Name wrap>{file.filepath}</Name>
			<Box sx={{color: 'text.secondary'}}>Server: <Name wrap>{file.server ?? 'none'}</Name>. {sentence(file.reason)}</Box>
		</>
	);
}

export default function FilesPage() {
	const [search, setSearch] = useSearch(SEARCH);
	return (
		<Page title="Files" fill actions={<ScanButton kind="directories" />}>
			<DataTable
				name="Files" path="/api/files" filters={{q: search.q}} columns={COLUMNS} noun={['file', 'files']} rowId={(file) => file.id}
				sort={{field: search.sort, order: search.order}} onSort={({field, order}) => setSearch({sort: field as typeof search.sort, order})}
				card={(file) => <Card file={file} />} exportPath="/api/files"
				toolbar={<SearchField label="Search files" value={search.q} onChange={(q) => setSearch({q}, {replace: true})} />}
				empty={<EmptyState title={search.q === '' ? 'No file is known yet.' : 'No file matches.'}>Scan your directories to find the backups.</EmptyState>}
			/>
		</Page>
	);
}
