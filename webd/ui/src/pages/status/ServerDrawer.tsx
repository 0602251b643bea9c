// ServerDrawer.tsx - one server: why its status is what it is, its backups, and what is known of it.
import Box from '@mui/material/Box';
import {useQuery} from '../../api/query.ts';
import type {File, Server} from '../../api/types.ts';
import {DetailDrawer, DrawerSection, Facts, useLast} from '../../components/DetailDrawer.tsx';
import {Name} from '../../components/Name.tsx';
import {EmptyState, ErrorState, LoadingState} from '../../components/states.tsx';
import {StatusChip} from '../../components/StatusChip.tsx';
import {Time} from '../../components/Time.tsx';
import {bytes, count, counted} from '../../format/size.ts';

const BACKUPS_SHOWN = 20;

function Backup({file}: {file: File}) {
	return (
		<Box component="li" sx={{display: 'grid', gridTemplateColumns: '1fr auto', columnGap: 2, py: .75, borderTop: 1, borderColor: 'divider'}}>
			<Name wrap>{file.filename}</Name>
			<Box component="span" sx={{whiteSpace: 'nowrap', textAlign: 'right'}}>{bytes(file.size)}</Box>
			<Box component="span" sx={{color: 'text.secondary', gridColumn: '1 / -1'}}><Time iso={file.backup_time} /> (from the {file.time_source === 'mtime' ? 'file’s own time' : file.time_source})</Box>
		</Box>
	);
}

function Backups({server}: {server: Server}) {
	const {data, error, refetch} = useQuery('/api/files', {query: {server: server.id, counts: true, sort: 'backup_time', order: 'desc', limit: BACKUPS_SHOWN}});
	if (error !== undefined && data === undefined) {
		return <ErrorState error={error} retry={refetch} />;
	}
	if (data === undefined) {
		return <LoadingState lines={3} />;
	}
	if (data.files.length === 0) {
		return <EmptyState title="No file counts as its backup." />;
	}
	return (
		<>
			<Box component="ul" sx={{listStyle: 'none', m: 0, p: 0}}>{data.files.map((file) => <Backup key={file.id} file={file} />)}</Box>
			{(data.total ?? 0) > data.files.length && <Box sx={{color: 'text.secondary', mt: 1}}>{`And ${count((data.total ?? 0) - data.files.length)} older ones.`}</Box>}
		</>
	);
}

function Content({server}: {server: Server}) {
	const {is_reachable: up} = server;
	return (
		<>
			<Box sx={{p: 1.5, borderRadius: 1, bgcolor: `var(--${server.backup_status}-back)`, color: `var(--${server.backup_status}-ink)`}}>{server.reason}</Box>
			<DrawerSection title={server.backup_count === 0 ? 'Backups' : `Backups: ${counted(server.backup_count, 'file')}, ${bytes(server.backup_bytes)}`}><Backups server={server} /></DrawerSection>
			<DrawerSection title="Server">
				<Facts
					facts={[
						['Addresses', server.addresses.join(', ')],
						['Aliases', server.aliases.join(', ')],
						['System', server.detected_os],
						['Open ports', server.open_ports],
						['MAC address', server.mac_address === null ? null : [server.mac_address, server.mac_vendor].filter((part) => part !== null && part !== '').join(', ')],
						['Reachable', up === null ? 'never scanned' : up ? 'yes' : 'no'],
						['Last seen', server.last_seen === null ? null : <Time iso={server.last_seen} />],
						['Policy', server.policy],
						['Tags', server.tags.join(', ')],
						['Note', server.note],
					]}
				/>
			</DrawerSection>
		</>
	);
}

export function ServerDrawer({id, onClose}: {id: number | null; onClose: () => void}) {
	const shown = useLast(id); // while it closes it keeps what it shows
	const {data, error, refetch} = useQuery('/api/servers/{id}', shown === null ? null : {id: shown});
	const server = data?.server;
	return (
		<DetailDrawer open={id !== null} onClose={onClose} title={server === undefined ? 'Server' : <Name wrap>{server.hostname}</Name>} subtitle={server && <StatusChip status={server.backup_status} />}>
			{server !== undefined ? <Content server={server} /> : error !== undefined ? <ErrorState error={error} retry={refetch} /> : <LoadingState />}
		</DetailDrawer>
	);
}
