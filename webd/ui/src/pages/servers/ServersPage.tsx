// ServersPage.tsx - what is known of every server.
import Box from '@mui/material/Box';
import type {Server} from '../../api/types.ts';
import {Name} from '../../components/Name.tsx';
import {Page} from '../../components/Page.tsx';
import {ScanButton} from '../../components/ScanButton.tsx';
import {SearchField} from '../../components/SearchField.tsx';
import {EmptyState} from '../../components/states.tsx';
import type {Column} from '../../components/table/columns.ts';
import {DataTable} from '../../components/table/DataTable.tsx';
import {Time} from '../../components/Time.tsx';
import {oneOf, text, useSearch} from '../../router.tsx';

const SEARCH = {
	q: text,
	sort: oneOf(['hostname', 'ip_address', 'detected_os', 'open_ports', 'mac_address', 'is_reachable', 'last_scan'], 'hostname'),
	order: oneOf(['asc', 'desc'], 'asc'),
};
const reachable = ({is_reachable: up}: Server) => (up === null ? 'never scanned' : up ? 'yes' : 'no');

const COLUMNS: readonly Column<Server>[] = [
	{field: 'hostname', header: 'Server', width: 160, flex: 1.2, render: (server) => <Name>{server.hostname}</Name>},
	{field: 'ip_address', header: 'IP address', width: 130},
	{field: 'detected_os', header: 'System', width: 140, flex: 1, render: (server) => <Name>{server.detected_os}</Name>},
	{field: 'open_ports', header: 'Open ports', width: 200, flex: 2, render: (server) => <Name>{server.open_ports}</Name>},
	{field: 'mac_address', header: 'MAC address', width: 150},
	{field: 'is_reachable', header: 'Reachable', width: 120, render: reachable},
	{field: 'last_scan', header: 'Last seen', width: 130, render: (server) => <Time iso={server.last_scan} never="never" />},
];

function Card({server}: {server: Server}) {
	return (
		<>
			<Box sx={{fontWeight: 650}}><Name wrap>{server.hostname}</Name></Box>
			<Box sx={{color: 'text.secondary'}}>{[server.ip_address, server.detected_os].filter((part) => part !== null).join(', ')}</Box>
			<div>{server.open_ports}</div>
			<Box sx={{color: 'text.secondary'}}>Reachable: {reachable(server)}</Box>
		</>
	);
}

export default function ServersPage() {
	const [search, setSearch] = useSearch(SEARCH);
	return (
		<Page title="Servers" fill actions={<ScanButton kind="servers" />}>
			<DataTable
				name="Servers" path="/api/servers" filters={{q: search.q}} columns={COLUMNS} noun={['server', 'servers']} rowId={(server) => server.id}
				sort={{field: search.sort, order: search.order}} onSort={({field, order}) => setSearch({sort: field as typeof search.sort, order})}
				card={(server) => <Card server={server} />} exportPath="/api/servers"
				toolbar={<SearchField label="Search servers" value={search.q} onChange={(q) => setSearch({q}, {replace: true})} />}
				empty={<EmptyState title={search.q === '' ? 'No server is known yet.' : 'No server matches.'}>Scan your networks to find servers.</EmptyState>}
			/>
		</Page>
	);
}
