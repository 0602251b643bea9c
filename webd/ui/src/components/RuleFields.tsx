// RuleFields.tsx - the fields of a rule: the pattern, whose the files are, and its place among the rules.
import Box from '@mui/material/Box';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormLabel from '@mui/material/FormLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import TextField from '@mui/material/TextField';
import {type ReactNode, useId} from 'react';
import type {UnmatchedSuggestion} from '../api/types.ts';
import {type Draft, namesHost} from './draft.ts';
import {ServerPicker} from './ServerPicker.tsx';

export interface RuleProblems {
	pattern?: string;
	server?: string;
	general?: string;
}

const PATTERN_MAX = 4096;
const CODE = {spellCheck: false, autoCapitalize: 'off', autoComplete: 'off', sx: {fontFamily: 'ui-monospace, monospace', fontSize: '.8125rem', overflowWrap: 'anywhere'}} as const;
const HELP = {
	path: 'The path below the scanned directory. * stands for anything, slashes too; ? for one character.',
	regex: 'On the path below the scanned directory. (?<host>…) is the server’s name, (?<date>…) the time of the backup.',
};

interface ChoiceProps<V extends string> {
	label: string;
	value: V;
	options: readonly (readonly [V, string])[];
	onChange: (value: V) => void;
}

function Choice<V extends string>({label, value, options, onChange}: ChoiceProps<V>): ReactNode {
	const id = useId();
	return (
		<FormControl>
			<FormLabel id={id} sx={{fontSize: '.8125rem'}}>{label}</FormLabel>
			<RadioGroup row aria-labelledby={id} value={value} onChange={(_, chosen) => onChange(chosen as V)}>
				{options.map(([one, words]) => <FormControlLabel key={one} value={one} control={<Radio size="small" />} label={words} slotProps={{typography: {variant: 'body2'}}} />)}
			</RadioGroup>
		</FormControl>
	);
}

interface RuleFieldsProps {
	draft: Draft;
	onChange: (change: Partial<Draft>) => void;
	problems: RuleProblems;
	suggestions: readonly UnmatchedSuggestion[];
	/** The rule is added by itself: its place, and a new server, can be chosen. */
	adding: boolean;
}

export function RuleFields({draft, onChange, problems, suggestions, adding}: RuleFieldsProps) {
	const {by, pattern, then, server, first} = draft;
	const whose: (readonly [Draft['then'], string])[] = [['server', 'belong to a server'], ['ignore', 'are no backups: ignore them']];
	if (by === 'regex' && (namesHost(pattern) || then === 'named')) {
		whose.splice(1, 0, ['named', 'belong to the server that (?<host>…) names']);
	}
	const changeKind = (kind: Draft['by']) => onChange({by: kind, ...(kind === 'path' && then === 'named' ? {then: 'server'} : {})});
	return (
		<>
			<Box sx={{display: 'flex', flexDirection: 'column', gap: .5}}>
				<Choice label="Files are named by" value={by} options={[['path', 'a pattern with *'], ['regex', 'a regular expression']]} onChange={changeKind} />
				<TextField
					label={by === 'path' ? 'Path pattern' : 'Regular expression'} value={pattern} onChange={(event) => onChange({pattern: event.target.value})} multiline maxRows={4} fullWidth
					autoFocus={pattern === ''} error={problems.pattern !== undefined} helperText={problems.pattern ?? HELP[by]} sx={{mt: .5}}
					onKeyDown={(event) => {
						if (event.key === 'Enter') { // a pattern is one line, however long
							event.preventDefault();
							event.currentTarget.closest('form')?.requestSubmit();
						}
					}}
					slotProps={{htmlInput: {maxLength: PATTERN_MAX, ...CODE}}}
				/>
			</Box>
			<Box sx={{display: 'flex', flexDirection: 'column', gap: .5}}>
				<Choice label="These files" value={then} options={whose} onChange={(chosen) => onChange({then: chosen})} />
				{then === 'server' && (
					<Box sx={{mt: .5}}>
						<ServerPicker
							label="Server" value={server} onChange={(choice) => onChange({server: choice})} suggestions={suggestions} mayBeNew={adding} autoFocus={pattern !== '' && server === null}
							error={problems.server} helper="Type a part of its name or address."
						/>
					</Box>
				)}
			</Box>
			{adding && (
				<Choice
					label="Place among the rules, of which the first that matches wins" value={first ? 'first' : 'last'} options={[['last', 'last'], ['first', 'first']]}
					onChange={(place) => onChange({first: place === 'first'})}
				/>
			)}
		</>
	);
}
