// OverviewPage.tsx - "am I safe?" in three seconds: the counts, the worst first, what is not there, what changed.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import type {Summary} from '../../api/types.ts';
import {useQuery} from '../../api/query.ts';
import {Name} from '../../components/Name.tsx';
import {Page, Section} from '../../components/Page.tsx';
import {ScanButton} from '../../components/ScanButton.tsx';
import {EmptyState, ErrorState, LoadingState} from '../../components/states.tsx';
import {Time} from '../../components/Time.tsx';
import {counted} from '../../format/size.ts';
import {Changes} from './Changes.tsx';
import {Counts} from './Counts.tsx';
import {Worst} from './Worst.tsx';

/** The answer, as one sentence. */
function verdict({servers, by_status: by}: Summary): string {
	const open = by.red + by.unknown + by.yellow;
	if (servers === 0) {
		return 'No server is known yet.';
	}
	if (open === 0) {
		return `All ${counted(servers - by.exempt, 'server')} that need one have a good, recent backup.`;
	}
	if (by.red === 0) {
		return `Every server has a backup, or cannot be told: ${counted(open, 'server')} of ${servers.toLocaleString()} to look at.`;
	}
	return `${counted(by.red, 'server')} of ${servers.toLocaleString()} ${by.red === 1 ? 'has' : 'have'} no good backup.`;
}

function Unavailable({summary}: {summary: Summary}) {
	const gone = summary.directories_unavailable;
	if (gone.length === 0) {
		return null;
	}
	return (
		<Alert severity="warning">
			<strong>{gone.length === 1 ? 'A directory is not available.' : `${counted(gone.length, 'directory', 'directories')} are not available.`}</strong>{' '}
			Servers whose backups lie there are unknown until it is back.
			<Box component="ul" sx={{m: 0, mt: .5, pl: 2.5}}>{gone.map(({path, reason}) => <li key={path}><Name wrap>{reason.includes(path) ? reason : `${path}: ${reason}`}</Name></li>)}</Box>
		</Alert>
	);
}

function Scans({summary}: {summary: Summary}) {
	return (
		<Section title="Scans">
			<Box sx={{display: 'flex', flexDirection: 'column', gap: 1.5}}>
				{(['directories', 'servers'] as const).map((kind) => (
					<Box key={kind} sx={{display: 'flex', flexWrap: 'wrap', alignItems: 'center', justifyContent: 'space-between', gap: 1}}>
						<span>{kind === 'directories' ? 'Directories' : 'Servers'}: last good scan <Time iso={summary.last_scans[kind]?.succeeded} never="never" /></span>
						<ScanButton kind={kind} />
					</Box>
				))}
				<Box sx={{color: 'text.secondary'}}>{`${counted(summary.files, 'file')} in ${counted(summary.directories, 'directory', 'directories')}, ${counted(summary.reachable, 'server')} reachable.`}</Box>
			</Box>
		</Section>
	);
}

function Content({summary}: {summary: Summary}) {
	if (summary.servers === 0) {
		return (
			<>
				<Unavailable summary={summary} />
				<Section title="To begin">
					<EmptyState title="No server is known yet." action={<ScanButton kind="servers" variant="contained" />}>
						Name your networks and the directories with your backups in the settings, then scan both.
					</EmptyState>
				</Section>
				<Scans summary={summary} />
			</>
		);
	}
	return (
		<>
			<Unavailable summary={summary} />
			<Counts summary={summary} />
			<Box sx={{display: 'grid', gridTemplateColumns: {xs: 'minmax(0, 1fr)', lg: 'minmax(0, 3fr) minmax(0, 2fr)'}, gap: 2, alignItems: 'start'}}>
				<Worst />
				<Box sx={{display: 'grid', gap: 2, gridTemplateColumns: 'minmax(0, 1fr)'}}>
					<Scans summary={summary} />
					<Changes />
				</Box>
			</Box>
		</>
	);
}

export default function OverviewPage() {
	const {data, error, refetch} = useQuery('/api/summary');
	return (
		<Page title="Overview" about={data === undefined ? ' ' : verdict(data)}>
			{data !== undefined ? <Content summary={data} /> : error !== undefined ? <ErrorState error={error} retry={refetch} /> : <LoadingState lines={10} />}
		</Page>
	);
}
