// FileList.tsx - the tab of all files: a table that the server sorts and filters.
import Button from '@mui/material/Button';
import {ScanButton} from '../../components/ScanButton.tsx';
import {EmptyState} from '../../components/states.tsx';
import {DataTable} from '../../components/table/DataTable.tsx';
import {useSearch} from '../../router.tsx';
import {COLUMNS, FileCard} from './columns.tsx';
import {Filters} from './Filters.tsx';
import {filtersOf, isFiltered, NO_FILTER, SEARCH} from './search.ts';

export function FileList() {
	const [search, setSearch] = useSearch(SEARCH);
	const empty = isFiltered(search) ? (
		<EmptyState title="No file matches." action={<Button variant="outlined" onClick={() => setSearch(NO_FILTER)}>Show all files</Button>}>
			Take a filter away, or search for something shorter.
		</EmptyState>
	) : (
		<EmptyState title="No file is known yet." action={<ScanButton kind="directories" variant="contained" />}>
			Name the directories with your backups in the settings, and scan them.
		</EmptyState>
	);
	return (
		<DataTable
			name="Files" path="/api/files" filters={filtersOf(search)} columns={COLUMNS} noun={['file', 'files']} rowId={(file) => file.id}
			sort={{field: search.sort, order: search.order}} onSort={({field, order}) => setSearch({sort: field as typeof search.sort, order})}
			onOpen={(file) => setSearch({file: file.id})} card={(file) => <FileCard file={file} />} exportPath="/api/files" toolbar={<Filters />} empty={empty}
		/>
	);
}
