// FilterMenu.tsx - filters by text and by yes or no behind one button, judged by the server before they are used; and those in force, to be taken away.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import Popover from '@mui/material/Popover';
import TextField from '@mui/material/TextField';
import {type FormEvent, useId, useState} from 'react';
import {ApiError, get, type Query} from '../api/client.ts';
import {visible} from '../format/name.ts';
import {FiltersIcon} from './icons.tsx';
import type {ListPath} from './table/columns.ts';

export type FilterValue = string | boolean | null;
export type FilterValues = Readonly<Record<string, FilterValue>>;

export interface FilterField {
	/** The parameter's name in the API. */
	name: string;
	label: string;
	helper?: string;
	/** Offered beside whatever is typed. */
	offers?: readonly string[];
	/** It is a question: what yes and no are called. */
	words?: {yes: string; no: string};
}

const LENGTH_MAX = 200;

function Field({field, value, problem, onChange, first}: {field: FilterField; value: FilterValue; problem: string; onChange: (value: FilterValue) => void; first: boolean}) {
	const id = useId();
	const {label, helper, offers = [], words} = field;
	if (words !== undefined) {
		return (
			<TextField
				select fullWidth label={label} value={value === null ? '' : value === true ? '1' : '0'} onChange={(event) => onChange(event.target.value === '' ? null : event.target.value === '1')}
				slotProps={{select: {native: true}, inputLabel: {shrink: true}}}>
				<option value="">All</option>
				<option value="1">{words.yes}</option>
				<option value="0">{words.no}</option>
			</TextField>
		);
	}
	return (
		<>
			<TextField
				fullWidth label={label} value={value} autoFocus={first} error={problem !== ''} helperText={problem || helper} onChange={(event) => onChange(event.target.value)}
				slotProps={{htmlInput: {maxLength: LENGTH_MAX, list: id, spellCheck: false, autoCapitalize: 'off', autoComplete: 'off'}}}
			/>
			<datalist id={id}>{offers.map((offer) => <option key={offer} value={offer} />)}</datalist>
		</>
	);
}

interface FilterFormProps<P extends ListPath> {
	path: P;
	fields: readonly FilterField[];
	values: FilterValues;
	onApply: (values: FilterValues) => void;
	onClose: () => void;
}

function FilterForm<P extends ListPath>({path, fields, values, onApply, onClose}: FilterFormProps<P>) {
	const [draft, setDraft] = useState(values);
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState<ApiError>();
	const apply = async (event: FormEvent) => {
		event.preventDefault();
		setBusy(true);
		const wanted = Object.fromEntries(Object.entries(draft).map(([name, value]) => [name, typeof value === 'string' ? value.trim() : value]));
		try {
			await get(path, {query: {...(wanted as Query), limit: 1}});
			onApply(wanted);
			onClose();
		} catch (caught) {
			setError(caught instanceof ApiError ? caught : new ApiError(0, 'internal', String(caught)));
			setBusy(false);
		}
	};
	return (
		<Box
			component="form" noValidate onSubmit={(event: FormEvent) => void apply(event)}
			sx={{display: 'flex', flexDirection: 'column', gap: 2, p: 2, width: '19rem', maxWidth: '100%', boxSizing: 'border-box'}}>
			{fields.map((field, i) => (
				<Field
					key={field.name} field={field} value={draft[field.name] ?? (field.words === undefined ? '' : null)} first={i === 0} problem={error?.field === field.name ? error.message : ''}
					onChange={(value) => setDraft({...draft, [field.name]: value})}
				/>
			))}
			{error !== undefined && !fields.some(({name}) => name === error.field) && <Alert severity="error">{error.message}</Alert>}
			<Box sx={{display: 'flex', justifyContent: 'flex-end', gap: 1}}>
				<Button onClick={onClose}>Cancel</Button>
				<Button type="submit" variant="contained" loading={busy}>Apply</Button>
			</Box>
		</Box>
	);
}

interface FilterMenuProps<P extends ListPath> {
	/** The list that is filtered: it judges what was typed. */
	path: P;
	fields: readonly FilterField[];
	values: FilterValues;
	onApply: (values: FilterValues) => void;
	/** For offers that are loaded only then. */
	onOpen?: () => void;
}

export function FilterMenu<P extends ListPath>({onOpen, ...form}: FilterMenuProps<P>) {
	const [anchor, setAnchor] = useState<HTMLElement | null>(null);
	const close = () => setAnchor(null);
	return (
		<>
			<Button
				variant="outlined" color="inherit" startIcon={<FiltersIcon />} aria-haspopup="dialog" aria-expanded={anchor !== null} sx={{borderColor: 'divider', minHeight: 34}}
				onClick={(event) => {
					setAnchor(event.currentTarget);
					onOpen?.();
				}}>
				Filters
			</Button>
			<Popover
				open={anchor !== null} anchorEl={anchor} onClose={close} anchorOrigin={{vertical: 'bottom', horizontal: 'left'}}
				slotProps={{paper: {role: 'dialog', 'aria-label': 'Filters', sx: {mt: .5}}}}>
				<FilterForm {...form} onClose={close} />
			</Popover>
		</>
	);
}

/** "Subnet: 10.0.0.0/24", "Reachable" - what is in force, in words. */
export function filterWords(fields: readonly FilterField[], values: FilterValues): readonly (readonly [string, string])[] {
	return fields.flatMap(({name, label, words}) => {
		const value = values[name] ?? null;
		if (value === null || value === '') {
			return [];
		}
		return [[name, words === undefined ? `${label}: ${visible(String(value))}` : value === true ? words.yes : words.no] as const];
	});
}

/** onRemove gets the field's name and the value that means nothing. */
export function ActiveFilters({fields, values, onRemove}: {fields: readonly FilterField[]; values: FilterValues; onRemove: (name: string, nothing: FilterValue) => void}) {
	return filterWords(fields, values).map(([name, words]) => {
		const remove = () => onRemove(name, typeof values[name] === 'string' ? '' : null);
		return <Chip key={name} label={<bdi>{words}</bdi>} aria-label={`Take the filter away: ${words}`} onClick={remove} onDelete={remove} sx={{maxWidth: '100%'}} />;
	});
}
