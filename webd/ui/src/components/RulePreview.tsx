// RulePreview.tsx - what a rule would do to the files that are known: numbers in words, and some of the files.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import {sentence} from '../api/client.ts';
import type {RulePreview as Result} from '../api/types.ts';
import {count, counted} from '../format/size.ts';
import {CountsSymbol} from './CountsChip.tsx';
import {Name} from './Name.tsx';
import type {Previewed} from './rules.ts';

const SAMPLES = 4;

export type Intent = 'ignore' | 'known' | 'named' | 'new' | 'undecided';

function result(files: Result, intent: Intent): string {
	const match = `${counted(files.files, 'file')} ${files.files === 1 ? 'matches' : 'match'}`;
	if (files.files === 0) {
		return 'No file that is known matches.';
	}
	if (intent === 'undecided') {
		return `${match}.`;
	}
	if (intent === 'ignore') {
		return `${match} and would be ignored.`;
	}
	if (intent === 'new') {
		return `${match}. They would belong to the new server.`;
	}
	if (files.with_server === 0) {
		return `${match}, but none would belong to a server: ${intent === 'named' ? 'no name found in them is a server’s' : 'no server goes by that name, or more than one does'}.`;
	}
	const others = files.files - files.with_server;
	const counts = files.counted === files.files ? `${files.files === 1 ? 'It' : 'All'} would count as ${files.files === 1 ? 'a backup' : 'backups'}` : `${count(files.counted)} would count as backups`;
	return `${match}. ${counts}.${others > 0 ? ` ${count(others)} would belong to no server.` : ''}`;
}

/** `intent`: what the rule is for; an undecided one and one for a new server are previewed as ignoring. */
export function RulePreview({preview: {result: files, error, busy}, intent}: {preview: Previewed; intent: Intent}) {
	const decided = !busy && (intent === 'known' || intent === 'named'); // what an older rule would do says nothing of this one
	return (
		<Box component="section" aria-label="Preview" aria-busy={busy}>
			<Typography variant="h3" component="h3" sx={{mb: .5}}>Preview</Typography>
			<Box aria-live="polite" sx={{color: busy || files?.files === 0 ? 'text.secondary' : 'text.primary'}}>
				{error !== undefined ? 'There is no preview while the rule is not valid.' : busy ? 'Looking at the files.' : files === undefined ? 'Say which files are meant.' : result(files, intent)}
			</Box>
			{error === undefined && !busy && files?.complete === false && <Alert severity="warning" sx={{mt: 1}}>Not every file was looked at in the time there is: there may be more.</Alert>}
			{error === undefined && files !== undefined && files.samples.length > 0 && (
				<Box
					component="ul" aria-label="Some of the files"
					sx={{listStyle: 'none', m: 0, mt: 1, p: 0, border: 1, borderColor: 'divider', borderRadius: 1, fontSize: '.8125rem', opacity: busy ? .6 : 1}}>
					{files.samples.slice(0, SAMPLES).map(({path, server, counts, reason}) => (
						<Box component="li" key={path} sx={{display: 'flex', gap: 1, px: 1, py: .5, borderTop: 1, borderColor: 'divider', '&:first-of-type': {borderTop: 0}}}>
							{decided && <CountsSymbol counts={counts} />}
							<Box sx={{minWidth: 0}}>
								<Name wrap>{path}</Name>
								{decided && <Box sx={{color: 'text.secondary'}}>{counts ? <>Backup of <Name wrap>{server}</Name></> : sentence(reason)}</Box>}
							</Box>
						</Box>
					))}
				</Box>
			)}
		</Box>
	);
}
