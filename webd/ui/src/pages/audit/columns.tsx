// columns.tsx - the columns of the audit log.
import Box from '@mui/material/Box';
import type {AuditEntry} from '../../api/types.ts';
import {ErrorIcon} from '../../components/icons.tsx';
import {Name} from '../../components/Name.tsx';
import type {Column} from '../../components/table/columns.ts';
import {Time} from '../../components/Time.tsx';
import {changesOf, changeText} from './changes.ts';
import {actionText} from './words.ts';

const changeOf = ({before, after}: AuditEntry): string => changesOf(before, after).map(changeText).join('; ');

export function Action({entry: {action, refused}}: {entry: AuditEntry}) {
	return (
		<span className={refused ? 'sign bad' : undefined}>
			{refused && <ErrorIcon />}
			{actionText(action, refused)}
		</span>
	);
}

export const COLUMNS: readonly Column<AuditEntry>[] = [
	{field: 'time', header: 'When', width: 128, render: ({time}) => <Time iso={time} />},
	{field: 'actor', header: 'Who', width: 130, render: ({actor}) => <Name>{actor}</Name>},
	{field: 'action', header: 'What', width: 200, render: (entry) => <Action entry={entry} />},
	{field: 'subject', header: 'To what', width: 200, flex: 1, render: ({subject}) => <Name>{subject}</Name>},
	{field: 'after', header: 'Change', width: 240, flex: 2, unsortable: true, render: (entry) => <Name>{changeOf(entry)}</Name>},
	{field: 'source', header: 'From where', width: 130, render: ({source}) => <Name>{source}</Name>},
	{field: 'id', header: 'Number', width: 86, align: 'right', hidden: true},
];

export function EntryCard({entry}: {entry: AuditEntry}) {
	return (
		<>
			<Box sx={{display: 'flex', flexWrap: 'wrap', justifyContent: 'space-between', columnGap: 1}}>
				<Box component="span" sx={{fontWeight: 650}}><Action entry={entry} /></Box>
				<Box component="span" sx={{color: 'text.secondary'}}><Time iso={entry.time} /></Box>
			</Box>
			<Name wrap>{entry.subject}</Name>
			{changeOf(entry) !== '' && <Box sx={{minWidth: 0}}><Name>{changeOf(entry)}</Name></Box>}
			<Box sx={{color: 'text.secondary'}}>by <Name wrap>{entry.actor}</Name>, <Name wrap>{entry.source}</Name></Box>
		</>
	);
}
