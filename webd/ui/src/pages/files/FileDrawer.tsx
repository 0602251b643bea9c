// FileDrawer.tsx - one file, or one path: whose it is and why, told in steps, and what can be done about it.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import {type FormEvent, useState} from 'react';
import {useQuery} from '../../api/query.ts';
import {useMay} from '../../api/session.ts';
import type {File} from '../../api/types.ts';
import {CopyButton} from '../../components/CopyButton.tsx';
import {DetailDrawer, DrawerSection, Facts, useLast} from '../../components/DetailDrawer.tsx';
import {Name} from '../../components/Name.tsx';
import {below, globOf, likeness} from '../../components/globs.ts';
import {ErrorState, LoadingState} from '../../components/states.tsx';
import {Time} from '../../components/Time.tsx';
import {bytes} from '../../format/size.ts';
import {useSearch} from '../../router.tsx';
import {ServerOf, SOURCE_WORDS} from './columns.tsx';
import {Explain} from './Explain.tsx';
import {useDirectories} from './Filters.tsx';
import {SEARCH} from './search.ts';

const PATH_MAX = 4096;

/** What a person can say of a path: a rule for its like, for its directory, or that it is no backup. */
function Actions({path}: {path: string}) {
	const [, setSearch] = useSearch(SEARCH);
	const mayRule = useMay('admin');
	const relative = below(path, useDirectories());
	const slash = relative?.lastIndexOf('/') ?? -1;
	const ask = (what: 'belongs' | 'ignore', rule: string) => setSearch({do: what, rule, to: null});
	return (
		<Box role="group" aria-label="Actions" sx={{display: 'flex', flexWrap: 'wrap', gap: 1}}>
			{mayRule && relative !== null && relative !== '' && (
				<>
					<Button variant="outlined" onClick={() => ask('belongs', likeness(relative))}>Make a rule…</Button>
					{slash > 0 && <Button variant="outlined" onClick={() => ask('belongs', `${globOf(relative.slice(0, slash))}/*`)}>Give its directory to a server…</Button>}
					<Button variant="outlined" onClick={() => ask('ignore', likeness(relative))}>Ignore…</Button>
				</>
			)}
			<CopyButton text={path} label="Copy the path" />
		</Box>
	);
}

function OfFile({id}: {id: number}) {
	const {data, error, refetch} = useQuery('/api/files/{id}', {id});
	if (error?.status === 404) {
		return <Alert severity="info">This file is no longer there. Close this, and look for it in the list.</Alert>;
	}
	if (data === undefined) {
		return error === undefined ? <LoadingState /> : <ErrorState error={error} retry={refetch} />;
	}
	return <FileContent file={data.file} />;
}

function FileContent({file}: {file: File}) {
	const unreadable = file.filepath_b64 !== undefined;
	return (
		<>
			<Box sx={{overflowWrap: 'anywhere'}}><Name wrap>{file.filepath}</Name></Box>
			<Actions path={file.filepath} />
			{unreadable ? (
				<Alert severity="info">Its path is no valid UTF-8: its steps cannot be asked for. A rule with * in place of the odd characters holds for it.</Alert>
			) : <Explain path={file.filepath} />}
			<DrawerSection title="File">
				<Facts
					facts={[
						['Size', bytes(file.size)],
						['Modified', <Time iso={file.last_modified} />],
						['Backup made', <><Time iso={file.backup_time} /> (from the {SOURCE_WORDS[file.time_source]})</>],
						['Server', <ServerOf file={file} />],
						['Last scan', <Time iso={file.scan_time} never="never" />],
					]}
				/>
			</DrawerSection>
		</>
	);
}

function AnyPath({path, onPath}: {path: string; onPath: (path: string) => void}) {
	const [typed, setTyped] = useState(path);
	const submit = (event: FormEvent) => {
		event.preventDefault();
		if (typed.startsWith('/')) {
			onPath(typed);
		}
	};
	const asked = path.startsWith('/') && !path.endsWith('/');
	return (
		<>
			<Box component="form" noValidate onSubmit={submit} sx={{display: 'flex', gap: 1, alignItems: 'flex-start'}}>
				<TextField
					label="Path of a file" value={typed} onChange={(event) => setTyped(event.target.value)} fullWidth autoFocus={!asked} error={typed !== '' && !typed.startsWith('/')}
					helperText={typed !== '' && !typed.startsWith('/') ? 'The whole path is needed: it begins with a slash.' : 'It need not exist yet.'}
					slotProps={{htmlInput: {maxLength: PATH_MAX, spellCheck: false, autoCapitalize: 'off', autoComplete: 'off'}}}
				/>
				<Button type="submit" variant="contained" sx={{minHeight: 40}}>Explain</Button>
			</Box>
			{asked && <Actions path={path} />}
			{asked && <Explain path={path} />}
		</>
	);
}

/** `id` a file, or else `path` any path; '' none. */
export function FileDrawer({id, path, onPath, onClose}: {id: number | null; path: string; onPath: (path: string) => void; onClose: () => void}) {
	const what = id ?? (path === '' ? null : path);
	const shown = useLast<number | string>(what); // while it closes it keeps what it shows
	const {data} = useQuery('/api/files/{id}', typeof shown === 'number' ? {id: shown} : null);
	const title = typeof shown === 'number' ? <Name wrap>{data?.file.filename ?? 'File'}</Name> : 'Explain a path';
	return (
		<DetailDrawer open={what !== null} onClose={onClose} title={title}>
			{typeof shown === 'number' ? <OfFile key={shown} id={shown} /> : <AnyPath path={shown ?? ''} onPath={onPath} />}
		</DetailDrawer>
	);
}
