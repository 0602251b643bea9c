// DirectoryDrawer.tsx - one directory: whether it is there, what is in it, what went wrong, and what can be done.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import {useQuery} from '../../api/query.ts';
import type {ScannedDirectory} from '../../api/types.ts';
import {DetailDrawer, DrawerSection, Facts, useLast} from '../../components/DetailDrawer.tsx';
import {Name} from '../../components/Name.tsx';
import {Problems} from '../../components/Problems.tsx';
import {ScanButton} from '../../components/ScanButton.tsx';
import {ErrorState, LoadingState} from '../../components/states.tsx';
import {TextLink} from '../../components/TextLink.tsx';
import {Time} from '../../components/Time.tsx';
import {bytes, count, counted} from '../../format/size.ts';
import {Link} from '../../router.tsx';
import {AcceptButton} from './AcceptButton.tsx';
import {DirectoryState} from './DirectoryState.tsx';
import {useLastScan} from './LastScan.tsx';

function Notices({directory}: {directory: ScannedDirectory}) {
	const {available, reason, lost_mounts: lost, unreadable} = directory;
	return (
		<>
			{!available && <Alert severity="error"><Name wrap>{reason}</Name></Alert>}
			{lost > 0 && (
				<Alert severity="warning">
					{`${lost === 1 ? 'A file system that was mounted below it is' : `${count(lost)} file systems that were mounted below it are`} not mounted any more. Their files are kept. `}
					Mount them again and scan, or accept the directory as it is now.
				</Alert>
			)}
			{unreadable > lost && (
				<Alert severity="warning">
					{`${counted(unreadable - lost, 'directory', 'directories')} below it could not be read. Their files are kept as they were. The problems below say why.`}
				</Alert>
			)}
		</>
	);
}

function LastProblems({path}: {path: string}) {
	const {scan, loading} = useLastScan();
	if (scan === undefined) {
		return loading ? <LoadingState lines={2} /> : <Box sx={{color: 'text.secondary'}}>The directories have not been scanned yet.</Box>;
	}
	return <Problems scan={scan.id} search={path} none="No problem was noted in this directory." />;
}

function Content({directory}: {directory: ScannedDirectory}) {
	return (
		<>
			<Notices directory={directory} />
			<Box sx={{display: 'flex', flexWrap: 'wrap', gap: 1}}>
				<ScanButton kind="directories" only={directory.path} label="Scan this one" variant="contained" />
				{(directory.changed || directory.lost_mounts > 0) && <AcceptButton path={directory.path} />}
				<Button component={Link} href={`/files?root=${directory.id}`} variant="outlined" color="inherit">Show its files</Button>
			</Box>
			<DrawerSection title="What is in it">
				<Facts
					facts={[
						['Files', count(directory.files)],
						['Size', bytes(directory.bytes)],
						['Subdirectories', count(directory.directories)],
						['Unreadable', directory.unreadable === 0 ? 'none' : counted(directory.unreadable, 'directory', 'directories')],
						['Newest file', <Time iso={directory.newest} never="none" />],
						['Last complete scan', <Time iso={directory.last_scan} never="never" />],
						['Last try', <Time iso={directory.last_try} never="never" />],
					]}
				/>
			</DrawerSection>
			<DrawerSection title="Problems in the last scan of directories"><LastProblems path={directory.path} /></DrawerSection>
			<Box sx={{color: 'text.secondary'}}>What is skipped in it, and whose it is, is set in <TextLink href="/settings?section=directories">the settings</TextLink>.</Box>
		</>
	);
}

export function DirectoryDrawer({id, onClose}: {id: number | null; onClose: () => void}) {
	const shown = useLast(id); // while it closes it keeps what it shows
	const {data, error, refetch} = useQuery('/api/directories/{id}', shown === null ? null : {id: shown});
	const directory = data?.directory;
	return (
		<DetailDrawer
			open={id !== null} onClose={onClose} title={directory === undefined ? 'Directory' : <Name wrap>{directory.path}</Name>}
			subtitle={directory && <DirectoryState directory={directory} />}>
			{directory !== undefined ? <Content directory={directory} /> : error !== undefined ? <ErrorState error={error} retry={refetch} /> : <LoadingState />}
		</DetailDrawer>
	);
}
