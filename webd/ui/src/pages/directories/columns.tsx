// columns.tsx - the columns of the directories.
import Box from '@mui/material/Box';
import type {ScannedDirectory} from '../../api/types.ts';
import {Name} from '../../components/Name.tsx';
import type {Column} from '../../components/table/columns.ts';
import {Time} from '../../components/Time.tsx';
import {bytes, count, counted} from '../../format/size.ts';
import {Link, withSearch} from '../../router.tsx';
import {DirectoryState} from './DirectoryState.tsx';
import {SEARCH} from './search.ts';

/** Opens the directory's drawer, also in another window. */
function DirectoryLink({directory}: {directory: ScannedDirectory}) {
	return (
		<Link className="row-link" href={withSearch(SEARCH, {directory: directory.id})} onClick={(event) => event.stopPropagation()}><Name>{directory.path}</Name></Link>
	);
}

export const COLUMNS: readonly Column<ScannedDirectory>[] = [
	{field: 'path', header: 'Directory', width: 200, flex: 2, render: (directory) => <DirectoryLink directory={directory} />},
	{field: 'available', header: 'State', width: 150, render: (directory) => <DirectoryState directory={directory} />},
	{field: 'files', header: 'Files', width: 100, align: 'right', render: (directory) => count(directory.files)},
	{field: 'bytes', header: 'Size', width: 100, align: 'right', render: (directory) => bytes(directory.bytes)},
	{field: 'newest', header: 'Newest file', width: 130, render: (directory) => <Time iso={directory.newest} never="none" />},
	{field: 'last_scan', header: 'Complete scan', width: 130, render: (directory) => <Time iso={directory.last_scan} never="never" />},
	{field: 'unreadable', header: 'Unreadable', width: 104, align: 'right', render: (directory) => (directory.unreadable === 0 ? '' : count(directory.unreadable))},
	{field: 'reason', header: 'Why', width: 200, flex: 2, unsortable: true, render: (directory) => <Name>{directory.reason}</Name>},
	{field: 'directories', header: 'Subdirectories', width: 120, align: 'right', unsortable: true, hidden: true, render: (directory) => count(directory.directories)},
	{field: 'last_try', header: 'Last try', width: 130, unsortable: true, hidden: true, render: (directory) => <Time iso={directory.last_try} never="never" />},
];

export function DirectoryCard({directory}: {directory: ScannedDirectory}) {
	return (
		<>
			<Box sx={{display: 'flex', alignItems: 'flex-start', justifyContent: 'space-between', gap: 1}}>
				<Box component="span" sx={{fontWeight: 650, minWidth: 0}}><Name wrap>{directory.path}</Name></Box>
				<DirectoryState directory={directory} />
			</Box>
			<Box sx={{color: 'text.secondary'}}>{counted(directory.files, 'file')}, {bytes(directory.bytes)}, last complete scan <Time iso={directory.last_scan} never="never" /></Box>
		</>
	);
}
