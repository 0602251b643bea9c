// EntryDrawer.tsx - one entry of the audit log in full.
import Box from '@mui/material/Box';
import type {AuditEntry} from '../../api/types.ts';
import {DetailDrawer, DrawerSection, Facts, useLast} from '../../components/DetailDrawer.tsx';
import {Name} from '../../components/Name.tsx';
import {Time} from '../../components/Time.tsx';
import {visible} from '../../format/name.ts';
import {Action} from './columns.tsx';

/** JSON line by line; what is no JSON as it is. */
function pretty(json: string): string {
	try {
		return JSON.stringify(JSON.parse(json), null, 2);
	} catch {
		return json;
	}
}

function Value({title, json}: {title: string; json: string | null}) {
	return json === null ? null : (
		<DrawerSection title={title}>
			<Box component="pre" tabIndex={0} aria-label={title} sx={{m: 0, p: 1, border: 1, borderColor: 'divider', borderRadius: 1, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', fontSize: '.8125rem'}}>
				{pretty(json).split('\n').map(visible).join('\n')}
			</Box>
		</DrawerSection>
	);
}

export function EntryDrawer({entry, onClose}: {entry: AuditEntry | null; onClose: () => void}) {
	const shown = useLast(entry);
	return (
		<DetailDrawer open={entry !== null} onClose={onClose} title={shown !== null && <Action entry={shown} />}>
			{shown !== null && (
				<>
					<Facts
						facts={[
							['When', <Time iso={shown.time} />], ['Who', <Name wrap>{shown.actor}</Name>], ['From where', shown.source === 'socket' ? 'a program on the server' : <Name wrap>{shown.source}</Name>],
							['To what', shown.subject === '' ? null : <Name wrap>{shown.subject}</Name>],
						]}
					/>
					<Value title="Before" json={shown.before} />
					<Value title="After" json={shown.after} />
				</>
			)}
		</DetailDrawer>
	);
}
