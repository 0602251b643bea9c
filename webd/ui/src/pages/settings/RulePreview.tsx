// RulePreview.tsx - what the rule that is being typed would match: counts and the first files, asked for when typing pauses.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import {useEffect, useState} from 'react';
import {ApiError, send} from '../../api/client.ts';
import type {RulePreview as Preview} from '../../api/types.ts';
import {Name} from '../../components/Name.tsx';
import {counted} from '../../format/size.ts';
import {type RuleForm, ruleInput} from './form.ts';
import {useSettled} from '../../components/useSettled.ts';
import {ruleProblem} from './validate.ts';

interface Shown {
	/** The rule it is of, as JSON. */
	of: string;
	preview: Preview | null;
	problem: string;
}

function countsOf({files, with_server, counted: good, ignored}: Preview): string {
	const parts = [
		with_server > 0 && `${with_server.toLocaleString()} belong to a server`, good > 0 && `${good.toLocaleString()} count as backups`, ignored > 0 && `${ignored.toLocaleString()} are ignored`,
	];
	const more = parts.filter((part) => part !== false).join(', ');
	return `${counted(files, 'file')} ${files === 1 ? 'matches' : 'match'}${more === '' ? '' : `: ${more}`}.`;
}

function Samples({preview}: {preview: Preview}) {
	return (
		<Box component="ul" aria-label="The first files" sx={{m: 0, mt: .5, pl: 2.5}}>
			{preview.samples.map(({path, server, reason}) => (
				<li key={path}>
					<Name wrap>{path}</Name>
					<Box component="span" sx={{color: 'text.secondary'}}>{': '}{server !== null && <><Name wrap>{server}</Name>, </>}{reason}</Box>
				</li>
			))}
		</Box>
	);
}

export function RulePreview({rule, field}: {rule: RuleForm; field: string}) {
	const [shown, setShown] = useState<Shown | null>(null);
	const local = ruleProblem(rule);
	const asked = useSettled(local === null ? JSON.stringify(ruleInput(rule)) : '');

	useEffect(() => {
		if (asked === '') {
			return undefined;
		}
		const abort = new AbortController();
		send('POST /api/rules/preview', {body: {rule: JSON.parse(asked) as ReturnType<typeof ruleInput>}, signal: abort.signal})
			.then(({result}) => setShown({of: asked, preview: result, problem: ''}))
			.catch((error: unknown) => {
				if (!abort.signal.aborted) {
					setShown({of: asked, preview: null, problem: error instanceof ApiError ? error.message : String(error)});
				}
			});
		return () => abort.abort();
	}, [asked]);

	const current = shown !== null && shown.of === asked ? shown : null;
	return (
		<Box aria-live="polite" aria-label="What it would match" role="region" data-field={field} sx={{p: 1.5, borderRadius: 1, bgcolor: 'action.hover', minHeight: '3rem'}}>
			{local !== null || asked === '' ? <Box sx={{color: 'text.secondary'}}>What the rule matches is shown here while you type.</Box>
				: current === null ? <Box sx={{color: 'text.secondary'}}>Looking for files that match...</Box>
					: current.preview === null ? <Alert severity="error">{current.problem}</Alert> : (
						<>
							<strong>{countsOf(current.preview)}</strong>
							{!current.preview.complete && ' There was no time for all files: the counts are those so far.'}
							{current.preview.samples.length > 0 && <Samples preview={current.preview} />}
						</>
					)}
		</Box>
	);
}
