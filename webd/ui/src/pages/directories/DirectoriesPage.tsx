// DirectoriesPage.tsx - the configured directories: whether they are there, what is in them, and how the last scan of them ended.
import Button from '@mui/material/Button';
import {FilterChips} from '../../components/FilterChips.tsx';
import {Page} from '../../components/Page.tsx';
import {ScanButton} from '../../components/ScanButton.tsx';
import {EmptyState} from '../../components/states.tsx';
import {DataTable} from '../../components/table/DataTable.tsx';
import {Link, useSearch} from '../../router.tsx';
import {Attention} from './Attention.tsx';
import {COLUMNS, DirectoryCard} from './columns.tsx';
import {DirectoryDrawer} from './DirectoryDrawer.tsx';
import {LastScan} from './LastScan.tsx';
import {SEARCH} from './search.ts';

export default function DirectoriesPage() {
	const [search, setSearch] = useSearch(SEARCH);
	const [only] = search.show;
	const filter = search.show.length === 1 ? {available: only === 'available'} : {};
	const showAll = () => setSearch({show: []});
	const toolbar = (
		<>
			<FilterChips
				label="State" value={search.show} onChange={(show) => setSearch({show})}
				options={[{value: 'available', label: 'Available'}, {value: 'unavailable', label: 'Not available'}]}
			/>
			{search.show.length > 0 && <Button onClick={showAll}>Show all</Button>}
		</>
	);
	const actions = (
		<>
			<ScanButton kind="directories" />
			<Button component={Link} href="/settings?section=directories" variant="outlined" color="inherit">Change</Button>
		</>
	);
	const empty = search.show.length > 0
		? (
			<EmptyState title="No directory matches." action={<Button variant="outlined" onClick={showAll}>Show all directories</Button>}>
				{only === 'unavailable' ? 'Every directory is there.' : 'Take the filter away.'}
			</EmptyState>
		) : (
			<EmptyState title="No directory is named yet." action={<Button component={Link} href="/settings?section=directories" variant="contained">Open the settings</Button>}>
				Name the directories that hold your backups in the settings, then scan them.
			</EmptyState>
		);
	return (
		<Page title="Directories" fill about={<LastScan />} actions={actions}>
			<Attention />
			<DataTable
				name="Directories" path="/api/directories" filters={filter} columns={COLUMNS} noun={['directory', 'directories']} rowId={(directory) => directory.id}
				sort={{field: search.sort, order: search.order}} onSort={({field, order}) => setSearch({sort: field as typeof search.sort, order})}
				onOpen={(directory) => setSearch({directory: directory.id})} card={(directory) => <DirectoryCard directory={directory} />}
				toolbar={toolbar} empty={empty} exportPath="/api/directories"
			/>
			<DirectoryDrawer id={search.directory} onClose={() => setSearch({directory: null})} />
		</Page>
	);
}
