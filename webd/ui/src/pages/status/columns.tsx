// columns.tsx - the columns of the backup status.
import Box from '@mui/material/Box';
import {sentence} from '../../api/client.ts';
import type {Server} from '../../api/types.ts';
import {Name} from '../../components/Name.tsx';
import {ServerLink} from '../../components/server/ServerLink.tsx';
import {StatusChip} from '../../components/StatusChip.tsx';
import type {Column} from '../../components/table/columns.ts';
import {Time} from '../../components/Time.tsx';
import {visible} from '../../format/name.ts';
import {bytes, count, counted} from '../../format/size.ts';

export const COLUMNS: readonly Column<Server>[] = [
	{field: 'backup_status', header: 'Status', width: 112, render: (server) => <StatusChip status={server.backup_status} />},
	{field: 'hostname', header: 'Server', width: 176, flex: 1.6, render: (server) => <ServerLink server={server} />},
	{field: 'ip_address', header: 'IP address', width: 114, render: (server) => server.ip_address},
	{field: 'detected_os', header: 'System', width: 90, flex: .7, render: (server) => <Name>{server.detected_os}</Name>},
	{field: 'backup_time', header: 'Newest backup', width: 134, render: (server) => <Time iso={server.backup_time} never="none" />},
	{field: 'backup_file', header: 'Backup file', width: 140, flex: 1.2, render: (server) => <Name>{server.backup_file}</Name>},
	{field: 'backup_count', header: 'Backups', width: 82, align: 'right', render: (server) => count(server.backup_count)},
	{field: 'backup_bytes', header: 'Size in all', width: 96, align: 'right', render: (server) => (server.backup_count === 0 ? '' : bytes(server.backup_bytes))},
	{field: 'reason', header: 'Why', width: 160, flex: 2, unsortable: true, render: (server) => <Name>{sentence(server.reason)}</Name>},
	{field: 'backup_path', header: 'Path', width: 200, flex: 1.5, hidden: true, render: (server) => <Name>{server.backup_path}</Name>},
	{field: 'policy', header: 'Policy', width: 100, hidden: true, render: (server) => <Name>{server.policy}</Name>},
	{field: 'exempt_until', header: 'Exempt until', width: 128, hidden: true, render: (server) => <Time iso={server.exempt_until} never={server.exempt_reason === null ? '' : 'no end'} />},
	{field: 'exempt_reason', header: 'Exempt because', width: 160, unsortable: true, hidden: true, render: (server) => <Name>{server.exempt_reason}</Name>},
	{field: 'tags', header: 'Tags', width: 120, unsortable: true, hidden: true, render: (server) => <Name>{server.tags.join(', ')}</Name>},
];

export function ServerCard({server}: {server: Server}) {
	return (
		<>
			<Box sx={{display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: 1}}>
				<Box component="span" sx={{fontWeight: 650, minWidth: 0}}><Name wrap>{server.hostname}</Name></Box>
				<StatusChip status={server.backup_status} />
			</Box>
			<Box sx={{color: 'text.secondary'}}><Name wrap>{[server.ip_address, server.detected_os].filter((part) => part !== null).join(', ')}</Name></Box>
			<div>{sentence(visible(server.reason))}</div>
			{server.backup_time !== null && (
				<Box sx={{color: 'text.secondary'}}><Time iso={server.backup_time} />, <Name wrap>{server.backup_file}</Name>; {`${counted(server.backup_count, 'backup')}, ${bytes(server.backup_bytes)}`}</Box>
			)}
		</>
	);
}
