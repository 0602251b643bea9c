// Attention.tsx - directories that are not there or not whole: why, and what can be done about it from here.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import {useQuery} from '../../api/query.ts';
import type {LostMount} from '../../api/types.ts';
import {Name} from '../../components/Name.tsx';
import {ScanButton} from '../../components/ScanButton.tsx';
import {visible} from '../../format/name.ts';
import {counted} from '../../format/size.ts';
import {TextLink} from '../../components/TextLink.tsx';
import {AcceptButton} from './AcceptButton.tsx';

const SHOWN = 3;

function Buttons({path, acceptable}: {path: string; acceptable: boolean}) {
	return (
		<Box sx={{display: 'flex', flexWrap: 'wrap', gap: 1, mt: 1}}>
			<ScanButton kind="directories" only={path} label="Scan this one" aria-label={`Scan this one: ${visible(path)}`} color="inherit" />
			{acceptable && <AcceptButton path={path} />}
		</Box>
	);
}

function Lost({directory, mounts}: {directory: string; mounts: readonly LostMount[]}) {
	return (
		<Alert severity="warning">
			<strong>{mounts.length === 1 ? 'Something that was mounted here is not mounted any more.' : `${mounts.length} file systems that were mounted here are not mounted any more.`}</strong>{' '}
			Their files are kept as they were. Mount them again and scan, or accept it.
			<Box component="ul" sx={{m: 0, mt: .5, pl: 2.5}}>{mounts.slice(0, SHOWN).map(({path}) => <li key={path}><Name wrap>{path}</Name></li>)}</Box>
			<Buttons path={directory} acceptable />
		</Alert>
	);
}

function byDirectory(mounts: readonly LostMount[]): Map<string, LostMount[]> {
	const found = new Map<string, LostMount[]>();
	for (const mount of mounts) {
		found.set(mount.directory, [...(found.get(mount.directory) ?? []), mount]);
	}
	return found;
}

export function Attention() {
	const gone = useQuery('/api/directories', {query: {available: false, sort: 'path', limit: SHOWN}}).data;
	const lost = byDirectory(useQuery('/api/summary').data?.mounts_lost ?? []);
	const more = (gone?.total ?? 0) - SHOWN;
	return (
		<>
			{gone?.directories.map(({id, path, reason, changed}) => (
				<Alert key={id} severity="error">
					<Name wrap>{reason}</Name>
					<Buttons path={path} acceptable={changed} />
				</Alert>
			))}
			{more > 0 && <TextLink href="/directories?show=unavailable">{`And ${counted(more, 'directory', 'directories')} more that cannot be read`}</TextLink>}
			{[...lost].slice(0, SHOWN).map(([directory, mounts]) => <Lost key={directory} directory={directory} mounts={mounts} />)}
		</>
	);
}
