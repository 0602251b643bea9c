// Backups.tsx - every counted backup of a server, a hundred at a time: over time with sizes, and beneath as a table.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import {Suspense} from 'react';
import type {Query} from '../../api/client.ts';
import type {File, Server} from '../../api/types.ts';
import {bytes, count} from '../../format/size.ts';
import {late} from '../../late.tsx';
import {Link} from '../../router.tsx';
import {NextIcon, PreviousIcon} from '../icons.tsx';
import {Name} from '../Name.tsx';
import {ErrorState, LoadingState} from '../states.tsx';
import {PAGE_ROWS, type Pages, totalWords, usePages} from '../table/usePages.ts';
import {Time} from '../Time.tsx';

const Timeline = late(() => import('../charts/Timeline.tsx'));
const SOURCES = {mtime: 'the file’s own time', name: 'its name', directory: 'its directory’s name'} as const;

const looks = {
	width: '100%', borderCollapse: 'collapse', fontSize: '.8125rem', tableLayout: 'fixed',
	'& th, & td': {textAlign: 'left', verticalAlign: 'top', py: .625, pr: 1.5, borderTop: 1, borderColor: 'divider', fontWeight: 400},
	'& thead th': {position: 'sticky', top: 0, bgcolor: 'background.paper', color: 'text.secondary', fontWeight: 600, borderTop: 0},
	'& th:nth-of-type(1)': {width: '6.75rem'}, '& thead th:last-of-type': {width: '5.5rem'}, '& td:last-of-type, & thead th:last-of-type': {textAlign: 'right', pr: .5, whiteSpace: 'nowrap'},
} as const;

function BackupTable({files}: {files: readonly File[]}) {
	return (
		<Box role="region" aria-label="Backups as a table" tabIndex={0} sx={{maxHeight: '19rem', overflowY: 'auto', position: 'relative'}}>
			<Box component="table" aria-label="Backups, the newest first" sx={looks}>
				<thead><tr><th scope="col">Made</th><th scope="col">File</th><th scope="col">Size</th></tr></thead>
				<tbody>
					{files.map((file) => (
						<tr key={file.id}>
							<Box component="td" title={`The time is from ${SOURCES[file.time_source]}`}><Time iso={file.backup_time} /></Box>
							<td><Box component={Link} href={`/files?file=${file.id}`} sx={{color: 'inherit', overflowWrap: 'anywhere'}}><Name wrap>{file.filename}</Name></Box></td>
							<td>{bytes(file.size)}</td>
						</tr>
					))}
				</tbody>
			</Box>
		</Box>
	);
}

function Pager({pages}: {pages: Pages<File>}) {
	const before = pages.page * PAGE_ROWS;
	return (
		<Box component="nav" aria-label="Backups by time" sx={{display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: 1}}>
			<Button startIcon={<PreviousIcon />} disabled={pages.page === 0} onClick={() => pages.toPage(pages.page - 1)}>Newer</Button>
			<Box component="span" role="status" sx={{color: 'text.secondary'}}>{`${count(before + 1)} to ${count(before + pages.rows.length)} of ${totalWords(pages)}`}</Box>
			<Button endIcon={<NextIcon />} disabled={!pages.hasNext} onClick={() => pages.toPage(pages.page + 1)}>Older</Button>
		</Box>
	);
}

/** Its backups, the newest first: as filters of /api/files. */
export function backupsOf(id: number): Query {
	return {server: id, counts: true, sort: 'backup_time', order: 'desc'};
}

export function Backups({server}: {server: Server}) {
	const pages = usePages('/api/files', backupsOf(server.id));
	if (pages.error !== undefined) {
		return <ErrorState error={pages.error} retry={pages.refetch} />;
	}
	if (pages.loading) {
		return <LoadingState lines={6} />;
	}
	if (pages.rows.length === 0) {
		return <Box sx={{color: 'text.secondary'}}>No file counts as its backup. If it has some under another name, add that name as an alias, or a rule for its files.</Box>;
	}
	const points = pages.rows.map(({backup_time: made, size, filename}) => ({time: Date.parse(made), size, name: filename})).reverse();
	return (
		<Box sx={{display: 'flex', flexDirection: 'column', gap: 1}}>
			<Suspense fallback={<LoadingState lines={5} />}><Timeline key={pages.page} points={points} /></Suspense>
			{pages.paged && <Pager pages={pages} />}
			<BackupTable files={pages.rows} />
		</Box>
	);
}
