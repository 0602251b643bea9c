// fields.tsx - the fields of the settings: a label, what is meant, and what is wrong, the server's sentence included.
import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormHelperText from '@mui/material/FormHelperText';
import TextField, {type TextFieldProps} from '@mui/material/TextField';
import {type ReactNode, useId} from 'react';
import {useDraft} from './draft.ts';
import {lineNumber} from './form.ts';

interface FieldProps {
	/** As the server names it: "policies[2].name" */
	field: string;
	label: string;
	help?: ReactNode;
	value: string;
	onChange: (value: string) => void;
	/** A longer one takes the whole width. */
	wide?: boolean;
	/** What is wrong beside what the draft knows. */
	problem?: string | undefined;
	autoFocus?: boolean;
	suggestions?: readonly string[];
	placeholder?: string;
	choices?: readonly (readonly [string, string])[];
}

export function Field({field, label, help, value, onChange, wide = false, problem, autoFocus = false, suggestions, placeholder, choices}: FieldProps) {
	const {problemOf, readOnly, attempts} = useDraft();
	const id = useId();
	const wrong = value === '' && attempts === 0 ? problem : (problemOf(field) ?? problem);
	const more: TextFieldProps = choices === undefined ? {} : {select: true};
	return (
		<>
			<TextField
				{...more} id={id} label={label} value={value} onChange={(event) => onChange(event.target.value)} disabled={readOnly} error={wrong !== undefined} helperText={wrong ?? help} autoFocus={autoFocus}
				fullWidth={wide} sx={wide ? {} : {width: {xs: '100%', sm: '19rem'}}}
				slotProps={{
					select: {native: true}, inputLabel: {shrink: true},
					htmlInput: {spellCheck: false, autoComplete: 'off', ...(placeholder === undefined ? {} : {placeholder}), ...(suggestions === undefined ? {} : {list: `${id}-list`})},
				}}>
				{choices?.map(([word, text]) => <option key={word} value={word}>{text}</option>)}
			</TextField>
			{suggestions !== undefined && <datalist id={`${id}-list`}>{suggestions.map((one) => <option key={one} value={one} />)}</datalist>}
		</>
	);
}

interface LinesProps {
	field: string;
	label: string;
	help?: ReactNode;
	placeholder?: string;
	value: readonly string[];
	onChange: (lines: readonly string[]) => void;
}

const LINES_SHOWN_MAX = 12;

/** A list, one entry a line. */
export function Lines({field, label, help, placeholder, value, onChange}: LinesProps) {
	const {problemOf, problemWithin, readOnly} = useDraft();
	const index = value.findIndex((_, i) => problemOf(`${field}[${i}]`) !== undefined);
	const wrong = index >= 0 ? `Line ${lineNumber(value, index)}: ${problemOf(`${field}[${index}]`)}` : problemWithin(field);
	return (
		<TextField
			label={label} multiline fullWidth minRows={2} maxRows={LINES_SHOWN_MAX} value={value.join('\n')} disabled={readOnly} error={wrong !== undefined} helperText={wrong ?? help}
			onChange={(event) => onChange(event.target.value === '' ? [] : event.target.value.split('\n'))}
			slotProps={{inputLabel: {shrink: true}, htmlInput: {spellCheck: false, wrap: 'off', ...(placeholder === undefined ? {} : {placeholder})}}}
		/>
	);
}

interface ChoiceProps {
	label: string;
	help?: string;
	value: boolean;
	onChange: (value: boolean) => void;
}

export function Choice({label, help, value, onChange}: ChoiceProps) {
	const {readOnly} = useDraft();
	const id = useId();
	return (
		<Box>
			<FormControlLabel
				label={label}
				control={<Checkbox size="small" checked={value} disabled={readOnly} onChange={(event) => onChange(event.target.checked)} slotProps={{input: help === undefined ? {} : {'aria-describedby': id}}} />}
			/>
			{help !== undefined && <FormHelperText id={id} sx={{mt: 0, ml: 3.75}}>{help}</FormHelperText>}
		</Box>
	);
}

/** Fields side by side where there is room. */
export function Fields({children}: {children: ReactNode}) {
	return <Box sx={{display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'flex-start'}}>{children}</Box>;
}

/** Fields below each other. */
export function Stack({children}: {children: ReactNode}) {
	return <Box sx={{display: 'flex', flexDirection: 'column', gap: 2.25, minWidth: 0, pt: .75}}>{children}</Box>;
}

/** All that the browser knows; the server may know fewer, and says so. */
export const TIME_ZONES: readonly string[] = ['UTC', ...Intl.supportedValuesOf('timeZone')];
