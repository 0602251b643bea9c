// FilterChips.tsx - a filter as a row of buttons with counts, of which any number can be on.
import Box from '@mui/material/Box';
import type {ReactNode} from 'react';
import {count} from '../format/size.ts';

export interface FilterOption<V extends string> {
	value: V;
	label: string;
	/** How many rows it would show; undefined: not known yet. */
	count?: number | undefined;
	icon?: ReactNode;
	/** Colours of a status; otherwise the primary colour. */
	tone?: string;
}

interface FilterChipsProps<V extends string> {
	/** What is filtered by: "Status" */
	label: string;
	options: readonly FilterOption<V>[];
	value: readonly V[];
	onChange: (value: readonly V[]) => void;
}

export function FilterChips<V extends string>({label, options, value, onChange}: FilterChipsProps<V>) {
	const toggle = (one: V) => onChange(value.includes(one) ? value.filter((other) => other !== one) : [...value, one]);
	return (
		<Box role="group" aria-label={label} sx={{display: 'flex', flexWrap: 'wrap', gap: .75}}>
			{options.map(({value: one, label: word, count: rows, icon, tone}) => (
				<button key={one} type="button" className={`filter-chip ${tone ?? ''}`} aria-pressed={value.includes(one)} onClick={() => toggle(one)}>
					{icon}
					{word}
					{rows !== undefined && <span>{count(rows)}</span>}
				</button>
			))}
		</Box>
	);
}
