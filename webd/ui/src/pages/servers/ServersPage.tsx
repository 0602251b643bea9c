// ServersPage.tsx - what is known of every server: found by scans or added by hand; to be edited, merged and removed in its drawer.
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import {useState} from 'react';
import {useQuery} from '../../api/query.ts';
import {useMay} from '../../api/session.ts';
import {ActiveFilters, FilterMenu} from '../../components/FilterMenu.tsx';
import {AddIcon} from '../../components/icons.tsx';
import {Page} from '../../components/Page.tsx';
import {ScanButton} from '../../components/ScanButton.tsx';
import {SearchField} from '../../components/SearchField.tsx';
import {BY_HAND_FIELD, isFiltered, MERGEABLE_FIELD, REACHABLE_FIELD, useServerFilters} from '../../components/server/filters.ts';
import {AddressedServerDrawer} from '../../components/server/ServerDrawer.tsx';
import {ServerDialog} from '../../components/ServerDialog.tsx';
import {EmptyState} from '../../components/states.tsx';
import {DataTable} from '../../components/table/DataTable.tsx';
import {counted} from '../../format/size.ts';
import {useSearch} from '../../router.tsx';
import {COLUMNS, ServerCard} from './columns.tsx';
import {filtersOf, NO_FILTER, type Search, SEARCH} from './search.ts';

/** Rows of the very same name are offered to be merged. */
function SameNames({search, onChange}: {search: Search; onChange: (change: Partial<Search>) => void}) {
	const names = useQuery('/api/summary').data?.mergeable ?? 0;
	if (names === 0) {
		return null;
	}
	return search.mergeable === true ? (
		<Alert severity="info" action={<Button color="inherit" onClick={() => onChange({mergeable: null})}>Show all</Button>}>
			Open a server that is to stay, and merge the others of its name into it.
		</Alert>
	) : (
		<Alert severity="info" action={<Button color="inherit" onClick={() => onChange({...NO_FILTER, mergeable: true, sort: 'hostname', order: 'asc'})}>Show them</Button>}>
			{`${counted(names, 'host name')} ${names === 1 ? 'belongs' : 'belong'} to more than one server. They may be one machine, to be merged.`}
		</Alert>
	);
}

export default function ServersPage() {
	const [search, setSearch] = useSearch(SEARCH);
	const [opened, setOpened] = useState(false);
	const mayAdd = useMay('operator');
	const fields = [REACHABLE_FIELD, BY_HAND_FIELD, ...useServerFilters(opened)];
	const filters = filtersOf(search);
	const filtered = isFiltered(filters);
	const {q: _, mergeable: __, ...values} = filters;
	const toolbar = (
		<>
			<SearchField label="Search servers" value={search.q} onChange={(q) => setSearch({q}, {replace: true})} />
			<FilterMenu path="/api/servers" fields={fields} values={values} onApply={(applied) => setSearch(applied as Partial<Search>)} onOpen={() => setOpened(true)} />
			<ActiveFilters fields={[...fields, MERGEABLE_FIELD]} values={filters} onRemove={(name, nothing) => setSearch({[name]: nothing})} />
			{filtered && <Button onClick={() => setSearch(NO_FILTER)}>Show all</Button>}
		</>
	);
	const empty = filtered ? (
		<EmptyState title="No server matches." action={<Button variant="outlined" onClick={() => setSearch(NO_FILTER)}>Show all servers</Button>}>
			Take a filter away, or search for something shorter.
		</EmptyState>
	) : (
		<EmptyState title="No server is known yet." action={<ScanButton kind="servers" variant="contained" />}>
			Name your networks in the settings and scan them, or add a server by hand.
		</EmptyState>
	);
	return (
		<Page
			title="Servers" fill
			actions={mayAdd && <><Button variant="outlined" startIcon={<AddIcon />} onClick={() => setSearch({add: true})}>Add a server</Button><ScanButton kind="servers" /></>}>
			<SameNames search={search} onChange={setSearch} />
			<DataTable
				name="Servers" path="/api/servers" filters={filters} columns={COLUMNS} noun={['server', 'servers']} rowId={(server) => server.id} onOpen={(server) => setSearch({server: server.id})}
				sort={{field: search.sort, order: search.order}} onSort={({field, order}) => setSearch({sort: field as typeof search.sort, order})}
				card={(server) => <ServerCard server={server} />} exportPath="/api/servers" toolbar={toolbar} empty={empty}
			/>
			<AddressedServerDrawer />
			{mayAdd && search.add === true && <ServerDialog onClose={() => setSearch({add: null}, {replace: true})} />}
		</Page>
	);
}
