// ScanDrawer.tsx - one scan: when, why, what it found, and what it could not do.
import Alert from '@mui/material/Alert';
import {live} from '../../api/events.ts';
import {useQuery} from '../../api/query.ts';
import {useStore} from '../../api/store.ts';
import type {Scan} from '../../api/types.ts';
import {DetailDrawer, DrawerSection, Facts, useLast} from '../../components/DetailDrawer.tsx';
import {Name} from '../../components/Name.tsx';
import {Problems} from '../../components/Problems.tsx';
import {RunningScan} from '../../components/RunningScan.tsx';
import {ScanStateChip} from '../../components/ScanStateChip.tsx';
import {ErrorState, LoadingState} from '../../components/states.tsx';
import {Time} from '../../components/Time.tsx';
import {bytes, count} from '../../format/size.ts';
import {useSearch} from '../../router.tsx';
import {tookText} from './columns.tsx';
import {SEARCH} from './search.ts';

const SEVERITIES = {running: 'info', succeeded: 'success', failed: 'error', cancelled: 'info', interrupted: 'warning'} as const;
const FURTHER: Partial<Record<Scan['state'], string>> = {
	failed: 'What the last complete scan found stays. Put right what is named here, then scan again.',
	cancelled: 'What the last complete scan found stays.',
	interrupted: 'It was cut short when scannerd stopped. What the last complete scan found stays; scan again.',
};

function found(scan: Scan): readonly (readonly [string, string])[] {
	const ofKind: readonly (readonly [string, string])[] = scan.kind === 'directories'
		? [['Files', count(scan.files)], ['Size', bytes(scan.bytes)], ['Directories', count(scan.directories)]]
		: [['Addresses', count(scan.hosts)], ['Reachable', count(scan.hosts_up)], ['Without raw sockets', scan.reduced ? 'yes: no system and no MAC address is told' : '']];
	return [...ofKind, ['Changes', scan.finished === null ? '' : count(scan.changed)]];
}

function Content({scan}: {scan: Scan}) {
	const running = useStore(live).running[scan.kind];
	const [{problem}, setSearch] = useSearch(SEARCH);
	if (running?.scan === scan.id) {
		return <RunningScan scan={running} />;
	}
	return (
		<>
			{scan.message !== '' && <Alert severity={SEVERITIES[scan.state]} icon={false}><Name wrap>{scan.message}</Name>{FURTHER[scan.state] !== undefined && <div>{FURTHER[scan.state]}</div>}</Alert>}
			<DrawerSection title="What it found"><Facts facts={found(scan)} /></DrawerSection>
			<DrawerSection title="When and why">
				<Facts
					facts={[
						['Asked for by', scan.requested_by === 'schedule' ? 'the schedule' : 'a person'],
						['Due', scan.due === null ? null : <Time iso={scan.due} />],
						['Started', <Time iso={scan.started} />],
						['Ended', scan.finished === null ? null : <Time iso={scan.finished} />],
						['Took', tookText(scan)],
						['Number', String(scan.id)],
					]}
				/>
			</DrawerSection>
			<DrawerSection title={scan.errors === 0 ? 'Problems' : `Problems: ${count(scan.errors)}`}>
				<Problems scan={scan.id} search={problem} onSearch={(text) => setSearch({problem: text}, {replace: true})} />
			</DrawerSection>
		</>
	);
}

export function ScanDrawer({id, onClose}: {id: number | null; onClose: () => void}) {
	const shown = useLast(id); // while it closes it keeps what it shows
	const {data, error, refetch} = useQuery('/api/scans/{id}', shown === null ? null : {id: shown});
	const scan = data?.scan;
	return (
		<DetailDrawer open={id !== null} onClose={onClose} title={scan === undefined ? 'Scan' : `Scan of ${scan.kind}`} subtitle={scan && <ScanStateChip state={scan.state} />}>
			{scan !== undefined ? <Content key={scan.id} scan={scan} /> : error !== undefined ? <ErrorState error={error} retry={refetch} /> : <LoadingState />}
		</DetailDrawer>
	);
}
