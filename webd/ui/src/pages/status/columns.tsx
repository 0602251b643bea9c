// columns.tsx - the columns of the backup status.
import Box from '@mui/material/Box';
import type {Server} from '../../api/types.ts';
import {Name} from '../../components/Name.tsx';
import {StatusChip} from '../../components/StatusChip.tsx';
import type {Column} from '../../components/table/columns.ts';
import {Time} from '../../components/Time.tsx';
import {bytes, count} from '../../format/size.ts';
import {Link, withSearch} from '../../router.tsx';
import {SEARCH} from './search.ts';

/** Opens the server's drawer, also in another window. */
export function ServerLink({server}: {server: Server}) {
	return (
		<Box
			component={Link} href={withSearch(SEARCH, {server: server.id})} onClick={(event) => event.stopPropagation()}
			sx={{color: 'inherit', fontWeight: 600, textDecoration: 'none', minWidth: 0, '&:hover': {textDecoration: 'underline'}}}>
			<Name>{server.hostname}</Name>
		</Box>
	);
}

export const COLUMNS: readonly Column<Server>[] = [
	{field: 'backup_status', header: 'Status', width: 116, render: (server) => <StatusChip status={server.backup_status} />},
	{field: 'hostname', header: 'Server', width: 140, flex: 1.2, render: (server) => <ServerLink server={server} />},
	{field: 'ip_address', header: 'IP address', width: 118, render: (server) => server.ip_address},
	{field: 'detected_os', header: 'System', width: 100, flex: .7, render: (server) => <Name>{server.detected_os}</Name>},
	{field: 'backup_time', header: 'Newest backup', width: 128, render: (server) => <Time iso={server.backup_time} never="none" />},
	{field: 'backup_file', header: 'Backup file', width: 150, flex: 1.5, render: (server) => <Name>{server.backup_file}</Name>},
	{field: 'backup_count', header: 'Backups', width: 84, align: 'right', render: (server) => count(server.backup_count)},
	{field: 'backup_bytes', header: 'Size in all', width: 96, align: 'right', render: (server) => (server.backup_count === 0 ? '' : bytes(server.backup_bytes))},
	{field: 'reason', header: 'Why', width: 180, flex: 2, unsortable: true, render: (server) => <Name>{server.reason}</Name>},
	{field: 'backup_path', header: 'Path', width: 200, flex: 1.5, hidden: true, render: (server) => <Name>{server.backup_path}</Name>},
	{field: 'policy', header: 'Policy', width: 100, hidden: true, render: (server) => <Name>{server.policy}</Name>},
	{field: 'tags', header: 'Tags', width: 120, unsortable: true, hidden: true, render: (server) => <Name>{server.tags.join(', ')}</Name>},
];

export function ServerCard({server}: {server: Server}) {
	return (
		<>
			<Box sx={{display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: 1}}>
				<Box component="span" sx={{fontWeight: 650, minWidth: 0}}><Name wrap>{server.hostname}</Name></Box>
				<StatusChip status={server.backup_status} />
			</Box>
			<Box sx={{color: 'text.secondary'}}>{[server.ip_address, server.detected_os].filter((part) => part !== null).join(', ')}</Box>
			<div>{server.reason}</div>
			{server.backup_time !== null && <Box sx={{color: 'text.secondary'}}><Time iso={server.backup_time} />, <Name wrap>{server.backup_file}</Name></Box>}
		</>
	);
}
