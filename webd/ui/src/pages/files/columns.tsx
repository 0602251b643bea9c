// columns.tsx - the columns of the files.
import Box from '@mui/material/Box';
import {sentence} from '../../api/client.ts';
import type {File} from '../../api/types.ts';
import {CountsChip} from '../../components/CountsChip.tsx';
import {Name} from '../../components/Name.tsx';
import type {Column} from '../../components/table/columns.ts';
import {Time} from '../../components/Time.tsx';
import {bytes} from '../../format/size.ts';
import {Link, withSearch} from '../../router.tsx';
import {SEARCH} from './search.ts';

/** Where the time of a backup was found: "from the ..." */
export const SOURCE_WORDS: Readonly<Record<File['time_source'], string>> = {mtime: 'file’s own time', name: 'name', directory: 'directory'};
const SHORT_SOURCE: Readonly<Record<File['time_source'], string>> = {...SOURCE_WORDS, mtime: 'file time'};

function FileLink({file}: {file: File}) {
	return <Link className="row-link" href={withSearch(SEARCH, {file: file.id})} onClick={(event) => event.stopPropagation()}><Name>{file.filename}</Name></Link>;
}

/** To the server's own drawer. */
export function ServerOf({file: {server, server_id: id}}: {file: Pick<File, 'server' | 'server_id'>}) {
	if (id === null) {
		return <span className="soft">none</span>;
	}
	return <Link className="other-link" href={`/status?server=${id}`} onClick={(event) => event.stopPropagation()}><Name>{server}</Name></Link>;
}

function BackupTime({file}: {file: File}) {
	return <span className="name"><Time iso={file.backup_time} /> <span className="soft">({SHORT_SOURCE[file.time_source]})</span></span>;
}

export const COLUMNS: readonly Column<File>[] = [
	{field: 'filename', header: 'Name', width: 170, flex: 1.4, render: (file) => <FileLink file={file} />},
	{field: 'filepath', header: 'Path', width: 150, flex: 1.4, render: (file) => <Name>{file.filepath}</Name>},
	{field: 'size', header: 'Size', width: 88, align: 'right', render: (file) => bytes(file.size)},
	{field: 'last_modified', header: 'Modified', width: 118, render: (file) => <Time iso={file.last_modified} />},
	{field: 'backup_time', header: 'Backup made', width: 190, render: (file) => <BackupTime file={file} />},
	{field: 'server', header: 'Server', width: 120, flex: .8, render: (file) => <ServerOf file={file} />},
	{field: 'counts', header: 'Counts', width: 100, render: (file) => <CountsChip counts={file.counts} />},
	{field: 'reason', header: 'Why', width: 150, flex: 1.2, render: (file) => <Name>{sentence(file.reason)}</Name>},
	{field: 'time_source', header: 'Time from', width: 100, hidden: true, render: (file) => SHORT_SOURCE[file.time_source]},
	{field: 'scan_time', header: 'Last scan', width: 118, hidden: true, render: (file) => <Time iso={file.scan_time} never="never" />},
];

export function FileCard({file}: {file: File}) {
	return (
		<>
			<Box sx={{display: 'flex', alignItems: 'flex-start', justifyContent: 'space-between', gap: 1}}>
				<Box component="span" sx={{fontWeight: 650, minWidth: 0}}><Name wrap>{file.filename}</Name></Box>
				<CountsChip counts={file.counts} />
			</Box>
			<Box sx={{color: 'text.secondary'}}>{bytes(file.size)}, made <Time iso={file.backup_time} /> (from the {SOURCE_WORDS[file.time_source]})</Box>
			<Box sx={{color: 'text.secondary', fontSize: '.8125rem'}}><Name wrap>{file.filepath}</Name></Box>
			<div>{file.server === null ? sentence(file.reason) : <>Server: <Name wrap>{file.server}</Name>{file.counts ? '' : `. ${sentence(file.reason)}`}</>}</div>
		</>
	);
}
