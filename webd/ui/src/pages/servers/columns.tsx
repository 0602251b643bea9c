// columns.tsx - the columns of the servers, and a server on a phone.
import Box from '@mui/material/Box';
import type {Server} from '../../api/types.ts';
import {Name} from '../../components/Name.tsx';
import {Reachable} from '../../components/server/Reachable.tsx';
import {ServerLink} from '../../components/server/ServerLink.tsx';
import {StatusChip} from '../../components/StatusChip.tsx';
import type {Column} from '../../components/table/columns.ts';
import {Time} from '../../components/Time.tsx';

export const COLUMNS: readonly Column<Server>[] = [
	{field: 'hostname', header: 'Server', width: 160, flex: 1.2, render: (server) => <ServerLink server={server} />},
	{field: 'ip_address', header: 'IP address', width: 124},
	{field: 'detected_os', header: 'System', width: 120, flex: 1, render: (server) => <Name>{server.detected_os}</Name>},
	{field: 'open_ports', header: 'Open ports', width: 160, flex: 1.6, render: (server) => <Name>{server.open_ports}</Name>},
	{field: 'mac_address', header: 'MAC address', width: 146},
	{field: 'mac_vendor', header: 'Vendor', width: 110, flex: .5, render: (server) => <Name>{server.mac_vendor}</Name>},
	{field: 'is_reachable', header: 'Reachable', width: 128, render: (server) => <Reachable server={server} />},
	{field: 'last_scan', header: 'Last seen', width: 120, render: (server) => <Time iso={server.last_scan} never="never" />},
	{field: 'by_hand', header: 'By hand', width: 80, render: (server) => (server.by_hand ? 'yes' : '')},
	{field: 'backup_status', header: 'Status', width: 116, hidden: true, render: (server) => <StatusChip status={server.backup_status} />},
	{field: 'aliases', header: 'Aliases', width: 140, unsortable: true, hidden: true, render: (server) => <Name>{server.aliases.join(', ')}</Name>},
	{field: 'tags', header: 'Tags', width: 120, unsortable: true, hidden: true, render: (server) => <Name>{server.tags.join(', ')}</Name>},
	{field: 'addresses', header: 'All addresses', width: 180, unsortable: true, hidden: true, render: (server) => <Name>{server.addresses.join(', ')}</Name>},
	{field: 'note', header: 'Note', width: 160, hidden: true, render: (server) => <Name>{server.note}</Name>},
];

export function ServerCard({server}: {server: Server}) {
	const facts = [server.ip_address, server.detected_os, server.by_hand ? 'added by hand' : null].filter((part) => part !== null);
	const mac = [server.mac_address, server.mac_vendor].filter((part) => part !== null && part !== '');
	return (
		<>
			<Box sx={{display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: 1}}>
				<Box component="span" sx={{fontWeight: 650, minWidth: 0}}><Name wrap>{server.hostname}</Name></Box>
				<Reachable server={server} />
			</Box>
			<Box sx={{color: 'text.secondary'}}><Name wrap>{facts.join(', ')}</Name></Box>
			{server.open_ports !== '' && <div><Name wrap>{server.open_ports}</Name></div>}
			{mac.length > 0 && <Box sx={{color: 'text.secondary'}}><Name wrap>{mac.join(', ')}</Name></Box>}
			{server.last_scan !== null && <Box sx={{color: 'text.secondary'}}>Last seen <Time iso={server.last_scan} /></Box>}
		</>
	);
}
