// StatusPage.tsx - every server with the status of its backups: search, filters, order, and a drawer with the facts.
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import {FilterChips} from '../../components/FilterChips.tsx';
import {Page} from '../../components/Page.tsx';
import {ScanButton} from '../../components/ScanButton.tsx';
import {SearchField} from '../../components/SearchField.tsx';
import {EmptyState} from '../../components/states.tsx';
import {STATUSES, STATUS_WORDS} from '../../components/status.ts';
import {StatusSymbol} from '../../components/StatusChip.tsx';
import {DataTable} from '../../components/table/DataTable.tsx';
import {useSearch} from '../../router.tsx';
import {COLUMNS, ServerCard} from './columns.tsx';
import {filtersOf, SEARCH} from './search.ts';
import {ServerDrawer} from './ServerDrawer.tsx';
import {useStatusCounts} from './useStatusCounts.ts';

const NO_FILTER = {q: '', status: [], os: '', subnet: '', tag: '', policy: ''} as const;
const NAMED_FILTERS = [['os', 'System'], ['subnet', 'Subnet'], ['tag', 'Tag'], ['policy', 'Policy']] as const;

export default function StatusPage() {
	const [search, setSearch] = useSearch(SEARCH);
	const filters = filtersOf(search);
	const counts = useStatusCounts(filters);
	const filtered = search.status.length > 0 || Object.values(filters).some((value) => value !== '');

	const toolbar = (
		<>
			<SearchField label="Search servers" value={search.q} onChange={(q) => setSearch({q}, {replace: true})} />
			<FilterChips
				label="Status" value={search.status} onChange={(status) => setSearch({status})}
				options={STATUSES.map((status) => ({value: status, label: STATUS_WORDS[status], count: counts[status], icon: <StatusSymbol status={status} />, tone: status}))}
			/>
			{NAMED_FILTERS.filter(([name]) => search[name] !== '').map(([name, label]) => (
				<Chip key={name} label={`${label}: ${search[name]}`} onDelete={() => setSearch({[name]: ''})} />
			))}
			{filtered && <Button onClick={() => setSearch(NO_FILTER)}>Show all</Button>}
		</>
	);
	const empty = filtered ? (
		<EmptyState title="No server matches." action={<Button variant="outlined" onClick={() => setSearch(NO_FILTER)}>Show all servers</Button>}>
			Take a filter away, or search for something shorter.
		</EmptyState>
	) : (
		<EmptyState title="No server is known yet." action={<ScanButton kind="servers" variant="contained" />}>
			Name your networks in the settings and scan them, or add servers by hand on the page Servers.
		</EmptyState>
	);
	return (
		<Page title="Backup status" fill actions={<><ScanButton kind="directories" /><ScanButton kind="servers" /></>}>
			<DataTable
				name="Backup status" path="/api/servers" filters={{...filters, status: search.status}} columns={COLUMNS} noun={['server', 'servers']}
				sort={{field: search.sort, order: search.order}} onSort={({field, order}) => setSearch({sort: field as typeof search.sort, order})}
				rowId={(server) => server.id} rowStatus={(server) => server.backup_status} onOpen={(server) => setSearch({server: server.id})}
				card={(server) => <ServerCard server={server} />} toolbar={toolbar} empty={empty} exportPath="/api/status"
			/>
			<ServerDrawer id={search.server} onClose={() => setSearch({server: null})} />
		</Page>
	);
}
