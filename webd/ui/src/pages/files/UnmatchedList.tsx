// UnmatchedList.tsx - the tab of the files that no server owns: repositories first, then groups, the largest first, each with what settles it.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import {useEffect, useRef, useState} from 'react';
import {useQuery} from '../../api/query.ts';
import type {Repository, Unmatched} from '../../api/types.ts';
import {Busy} from '../../components/Busy.tsx';
import {ScanButton} from '../../components/ScanButton.tsx';
import {EmptyState, ErrorState, LoadingState} from '../../components/states.tsx';
import {bytes, count, counted} from '../../format/size.ts';
import {Group} from './Group.tsx';
import {Repositories, useUnsettled} from './Repositories.tsx';

const SHOWN_AT_ONCE = 25;

function Nothing() {
	const {data} = useQuery('/api/summary');
	if (data === undefined) {
		return <LoadingState lines={2} />;
	}
	return data.files === 0 ? (
		<EmptyState title="No file is known yet." action={<ScanButton kind="directories" variant="contained" />}>Scan your directories to find the backups.</EmptyState>
	) : (
		<EmptyState title="Every file belongs to a server.">Nothing is left to do here. Logs, checksums and unfinished files are left out: they are no backups.</EmptyState>
	);
}

/** A repository stands in the list of its own, where that has it. */
function groupsOf(result: Unmatched, repositories: readonly Repository[]) {
	const paths = new Set(repositories.map(({path}) => path));
	return result.groups.filter(({reason, directory}) => reason !== 'repository' || !paths.has(directory));
}

function Groups({result, repositories}: {result: Unmatched; repositories: readonly Repository[]}) {
	const [shown, setShown] = useState(SHOWN_AT_ONCE);
	const heading = useRef<HTMLHeadingElement>(null);
	const groups = groupsOf(result, repositories);
	const total = result.groups_total - (result.groups.length - groups.length);

	// A group that is settled takes the focus with it: the list takes it over.
	useEffect(() => {
		if (document.activeElement === document.body) {
			heading.current?.focus({preventScroll: true});
		}
	}, [result]);
	if (groups.length === 0) {
		return repositories.length === 0 ? <Nothing /> : null;
	}
	return (
		<Box component="section" aria-label="Groups of files" sx={{display: 'flex', flexDirection: 'column', gap: 1.5}}>
			<div>
				<Typography variant="h2" ref={heading} tabIndex={-1} sx={{'&:focus': {outline: 'none'}}}>Files that no server owns</Typography>
				<Box role="status" sx={{color: 'text.secondary'}}>
					{`${counted(total, 'group')}: ${counted(result.files, 'file')}, ${bytes(result.bytes)}.`}
					{groups.length < total && ` The largest ${count(groups.length)} are listed; settle them, and the others follow.`}
				</Box>
			</div>
			{!result.complete && (
				<Alert severity="info">
					There are so many files that not all were looked at: the groups may be larger, and there may be others. Settle the largest, and the rest comes into view.
				</Alert>
			)}
			<Box component="ul" aria-label="Groups, the largest first" sx={{listStyle: 'none', m: 0, p: 0, border: 1, borderColor: 'divider', borderRadius: 1.5, bgcolor: 'background.paper'}}>
				{groups.slice(0, shown).map((group) => <Group key={group.rule.path} group={group} />)}
			</Box>
			{groups.length > shown && <Button variant="outlined" sx={{alignSelf: 'center'}} onClick={() => setShown(shown + SHOWN_AT_ONCE)}>Show more groups</Button>}
		</Box>
	);
}

export function UnmatchedList() {
	const {data, error, fetching, loading, refetch} = useQuery('/api/unmatched');
	const unsettled = useUnsettled();
	return (
		<Box sx={{position: 'relative', display: 'flex', flexDirection: 'column', gap: 2.5}}>
			{fetching && !loading && <Busy above />}
			{error !== undefined && <ErrorState error={error} retry={refetch} />}
			<Repositories repositories={unsettled.repositories} total={unsettled.total} />
			{loading && <LoadingState lines={8} />}
			{data !== undefined && <Groups result={data.result} repositories={unsettled.repositories} />}
		</Box>
	);
}
