// RuleDialog.tsx - a rule: which files are meant, and whose they are; with a preview of what it would do before it is saved.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import useMediaQuery from '@mui/material/useMediaQuery';
import {type FormEvent, useId, useState} from 'react';
import {ApiError, sentence} from '../api/client.ts';
import type {Rule, RulePreview as Result, UnmatchedSuggestion} from '../api/types.ts';
import {toast} from '../app/toasts.tsx';
import {counted} from '../format/size.ts';
import {visible} from '../format/name.ts';
import {type Draft, draftOf, intentOf, missing, previewOf, ruleOf} from './draft.ts';
import {RuleFields, type RuleProblems} from './RuleFields.tsx';
import {RulePreview} from './RulePreview.tsx';
import {addRule, useRulePreview} from './rules.ts';

interface RuleDialogProps {
	title: string;
	/** What the fields begin with. */
	start: Rule;
	/** The server's id, where it is known; the rule itself has its name. */
	startServer?: number | undefined;
	suggestions?: readonly UnmatchedSuggestion[];
	/** What else to know: a sentence below the title. */
	about?: string | undefined;
	/** Instead of adding the rule: for an editor of all rules. What it throws is shown. Then neither the place nor a new server is asked for. */
	onSave?: (rule: Rule) => Promise<void>;
	/** It was saved; onClose follows. */
	onDone?: () => void;
	onClose: () => void;
}

/** Where the server says that something is wrong: "rule.path", "rules[3].path", "path". */
function problemsOf(error: ApiError | undefined): RuleProblems {
	if (error === undefined) {
		return {};
	}
	const field = error.field?.split('.').pop();
	return field === 'path' || field === 'regex' ? {pattern: error.message} : field === 'server' || field === 'hostname' ? {server: error.message} : {general: error.message};
}

function doneText(draft: Draft, preview: Result | undefined): string {
	const files = preview?.complete !== true ? 'the files' : counted(preview.files, 'file');
	const one = preview?.complete === true && preview.files === 1;
	if (draft.then === 'ignore') {
		return `The rule is added: ${files} ${one ? 'is' : 'are'} ignored.`;
	}
	return draft.then === 'named' ? 'The rule is added.' : `The rule is added: ${files} ${one ? 'belongs' : 'belong'} to ${visible(draft.server?.name ?? '')}.`;
}

async function undoAndTell(undo: () => Promise<void>): Promise<void> {
	try {
		await undo();
		toast('The rule is removed again.');
	} catch (error) {
		toast((error as Error).message, 'error');
	}
}

export function RuleDialog({title, start, startServer, suggestions, about, onSave, onDone, onClose}: RuleDialogProps) {
	const [draft, setDraft] = useState(() => draftOf(start, startServer));
	const [busy, setBusy] = useState(false);
	const [refused, setRefused] = useState<ApiError>();
	const narrow = useMediaQuery('(max-width:599px)', {noSsr: true});
	const id = useId();
	const preview = useRulePreview(previewOf(draft));
	const lacking = missing(draft);
	const problems = problemsOf(refused ?? preview.error);

	const change = (part: Partial<Draft>) => {
		setDraft((before) => ({...before, ...part}));
		setRefused(undefined);
	};
	const save = async () => {
		setBusy(true);
		setRefused(undefined);
		try {
			if (onSave === undefined) {
				const added = await addRule(ruleOf(draft), draft.first, draft.then === 'server' ? draft.server : null, (server) => change({server}));
				toast(doneText(draft, preview.busy ? undefined : preview.result), 'success', {label: 'Undo', run: () => void undoAndTell(added.undo)});
				added.warnings.forEach((warning) => toast(sentence(warning), 'warning'));
			} else {
				await onSave(ruleOf(draft));
			}
			onDone?.();
			onClose();
		} catch (error) {
			setRefused(error instanceof ApiError ? error : new ApiError(0, 'internal', String(error)));
			setBusy(false);
		}
	};
	const submit = (event: FormEvent) => {
		event.preventDefault();
		event.stopPropagation();
		if (lacking === '' && !busy) {
			void save();
		}
	};
	return (
		<Dialog open onClose={busy ? () => {} : onClose} aria-labelledby={id} maxWidth="sm" fullWidth fullScreen={narrow}>
			<Box component="form" noValidate onSubmit={submit} sx={{display: 'flex', flexDirection: 'column', minHeight: 0, flex: 1}}>
				<DialogTitle id={id}>{title}</DialogTitle>
				<DialogContent sx={{display: 'flex', flexDirection: 'column', gap: 2}}>
					{about !== undefined && <Box sx={{color: 'text.secondary'}}>{about}</Box>}
					<RuleFields draft={draft} onChange={change} problems={problems} suggestions={suggestions ?? []} adding={onSave === undefined} />
					{problems.general !== undefined && lacking === '' && <Alert severity="error">{problems.general}</Alert>}
					<RulePreview preview={preview} intent={intentOf(draft)} />
				</DialogContent>
				<DialogActions>
					<Box sx={{flex: 1, pl: 2, color: 'text.secondary'}}>{lacking}</Box>
					<Button onClick={onClose} disabled={busy}>Cancel</Button>
					<Button type="submit" variant="contained" loading={busy} disabled={lacking !== ''}>{draft.then === 'ignore' ? 'Ignore these files' : 'Save the rule'}</Button>
				</DialogActions>
			</Box>
		</Dialog>
	);
}
