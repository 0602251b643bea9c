// ServerDrawer.tsx - one server: why its status is what it is, its backups over time, what is known of it, and what can be done.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import {useState} from 'react';
import {sentence, urlOf} from '../../api/client.ts';
import {useAhead, useQuery} from '../../api/query.ts';
import type {Server} from '../../api/types.ts';
import {bytes, counted} from '../../format/size.ts';
import {visible} from '../../format/name.ts';
import {Link, useSearch} from '../../router.tsx';
import {DetailDrawer, DrawerSection, Facts, useLast} from '../DetailDrawer.tsx';
import {MergeDialog} from '../MergeDialog.tsx';
import {Name} from '../Name.tsx';
import {ErrorState, LoadingState} from '../states.tsx';
import {StatusChip} from '../StatusChip.tsx';
import {pageOf} from '../table/usePages.ts';
import {Time} from '../Time.tsx';
import {ServerActions} from './Actions.tsx';
import {Backups, backupsOf} from './Backups.tsx';
import {Exemption} from './Exemption.tsx';
import {Reachable} from './Reachable.tsx';
import {OPEN_SERVER} from './ServerLink.tsx';
import {lastChanges, StatusChanges} from './StatusChanges.tsx';

const linkLooks = {color: 'inherit', fontWeight: 600} as const;

function Why({server}: {server: Server}) {
	return (
		<DrawerSection title="Why this status">
			<Box sx={{p: 1.5, borderRadius: 1, bgcolor: `var(--${server.backup_status}-back)`, color: `var(--${server.backup_status}-ink)`, overflowWrap: 'anywhere'}}>{sentence(visible(server.reason))}</Box>
			{server.backup_path !== null && (
				<Box sx={{mt: 1}}>
					Newest backup: <Name wrap>{server.backup_file}</Name>, <Time iso={server.backup_time} />.{' '}
					{server.backup_path_b64 === undefined && <Box component={Link} href={`/files?explain=${encodeURIComponent(server.backup_path)}`} sx={linkLooks}>Why it counts</Box>}
				</Box>
			)}
		</DrawerSection>
	);
}

function SameName({server}: {server: Server}) {
	const [merging, setMerging] = useState(false);
	const others = server.same_name.length;
	return (
		<>
			{others > 0 && (
				<Alert severity="info" action={<Button color="inherit" onClick={() => setMerging(true)}>Merge</Button>}>
					{`${counted(others, 'other server')} ${others === 1 ? 'has' : 'have'} the very same name. If they are one machine, merge them.`}
				</Alert>
			)}
			{merging && <MergeDialog server={server} onClose={() => setMerging(false)} />}
		</>
	);
}

function Known({server}: {server: Server}) {
	const mac = [server.mac_address, server.mac_vendor].filter((part) => part !== null && part !== '').join(', ');
	const words = (list: readonly string[]) => (list.length === 0 ? null : <Name wrap>{list.join(', ')}</Name>);
	return (
		<>
			<DrawerSection title="Its files are found by">
				<Facts facts={[['Host name', <Name wrap key="name">{server.hostname}</Name>], ['Aliases', words(server.aliases)], ['Addresses', words(server.addresses)], ['MAC address', mac]]} />
			</DrawerSection>
			<DrawerSection title="Server">
				<Facts
					facts={[
						['System', server.detected_os === null ? null : <Name wrap>{server.detected_os}</Name>],
						['Open ports', server.open_ports === '' ? null : <Name wrap>{server.open_ports}</Name>],
						['Reachable', <Reachable key="up" server={server} />],
						['Last seen', <Time key="seen" iso={server.last_seen} never="never" />],
						['Policy', server.policy === null ? 'the default' : <Name wrap>{server.policy}</Name>],
						['Tags', words(server.tags)],
						['Note', server.note === '' ? null : <Name wrap>{server.note}</Name>],
						['Known by', server.by_hand ? 'a person who added it' : 'scans of the network'],
					]}
				/>
			</DrawerSection>
		</>
	);
}

function Content({server, onClose}: {server: Server; onClose: () => void}) {
	return (
		<>
			<Why server={server} />
			<Exemption server={server} />
			<SameName server={server} />
			<ServerActions server={server} onRemoved={onClose} />
			<DrawerSection title={server.backup_count === 0 ? 'Backups' : `Backups: ${counted(server.backup_count, 'file')}, ${bytes(server.backup_bytes)}`}><Backups server={server} /></DrawerSection>
			<Known server={server} />
			<DrawerSection title="Changes of its status"><StatusChanges id={server.id} /></DrawerSection>
		</>
	);
}

export function ServerDrawer({id, onClose}: {id: number | null; onClose: () => void}) {
	const {data, error, refetch} = useQuery('/api/servers/{id}', id === null ? null : {id});
	useAhead(id === null ? [] : [urlOf('/api/files', {query: pageOf(backupsOf(id))}), urlOf('/api/servers/{id}/changes', lastChanges(id))]);
	const last = useLast(data?.server ?? null); // while it closes it keeps what it shows, and asks for nothing: it may be gone
	const server = id === null ? (last ?? undefined) : error?.status === 404 ? undefined : data?.server;
	return (
		<DetailDrawer open={id !== null} onClose={onClose} title={server === undefined ? 'Server' : <Name wrap>{server.hostname}</Name>} subtitle={server && <StatusChip status={server.backup_status} />}>
			{server !== undefined ? <Content key={server.id} server={server} onClose={onClose} /> : error !== undefined ? <ErrorState error={error} retry={refetch} /> : <LoadingState />}
		</DetailDrawer>
	);
}

/** The drawer of the server that the address names (?server=7): for any page where that parameter means nothing else. */
export function AddressedServerDrawer() {
	const [{server}, setSearch] = useSearch(OPEN_SERVER);
	return <ServerDrawer id={server} onClose={() => setSearch({server: null})} />;
}
