// columns.tsx - the columns of the audit log.
import Box from '@mui/material/Box';
import type {AuditEntry} from '../../api/types.ts';
import {ErrorIcon} from '../../components/icons.tsx';
import {Name} from '../../components/Name.tsx';
import type {Column} from '../../components/table/columns.ts';
import {Time} from '../../components/Time.tsx';
import {actionText, valueText} from './words.ts';

export function Action({entry: {action, refused}}: {entry: AuditEntry}) {
	return (
		<Box component="span" sx={{display: 'inline-flex', alignItems: 'center', gap: .5, ...(refused ? {color: 'var(--red-ink)'} : {})}}>
			{refused && <ErrorIcon sx={{fontSize: '1rem', flex: 'none'}} />}
			{actionText(action, refused)}
		</Box>
	);
}

export const COLUMNS: readonly Column<AuditEntry>[] = [
	{field: 'time', header: 'When', width: 128, render: ({time}) => <Time iso={time} />},
	{field: 'actor', header: 'Who', width: 130, render: ({actor}) => <Name>{actor}</Name>},
	{field: 'action', header: 'What', width: 200, render: (entry) => <Action entry={entry} />},
	{field: 'subject', header: 'To what', width: 200, flex: 1, render: ({subject}) => <Name>{subject}</Name>},
	{field: 'before', header: 'Before', width: 150, flex: 1, unsortable: true, render: ({before}) => <Name>{valueText(before)}</Name>},
	{field: 'after', header: 'After', width: 150, flex: 1, unsortable: true, render: ({after}) => <Name>{valueText(after)}</Name>},
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
			<Box sx={{color: 'text.secondary'}}>by <Name wrap>{entry.actor}</Name>, <Name wrap>{entry.source}</Name></Box>
		</>
	);
}
