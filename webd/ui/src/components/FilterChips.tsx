// FilterChips.tsx - a filter as a row of buttons with counts, of which any number can be on.
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
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
			{options.map(({value: one, label: word, count: rows, icon, tone}) => {
				const on = value.includes(one);
				return (
					<ButtonBase
						key={one} aria-pressed={on} onClick={() => toggle(one)}
						sx={{
							gap: .5, px: 1.25, minHeight: 34, borderRadius: 1, border: 1, fontSize: '.8125rem', fontWeight: 600, whiteSpace: 'nowrap',
							borderColor: on ? (tone === undefined ? 'primary.main' : `var(--${tone}-ink)`) : 'divider',
							bgcolor: on ? (tone === undefined ? 'action.selected' : `var(--${tone}-back)`) : 'background.paper',
							color: on && tone !== undefined ? `var(--${tone}-ink)` : 'text.primary',
							'&:hover': {borderColor: 'text.secondary'},
						}}>
						{icon}
						{word}
						{rows !== undefined && <Box component="span" sx={{fontWeight: 400, fontVariantNumeric: 'tabular-nums'}}>{count(rows)}</Box>}
					</ButtonBase>
				);
			})}
		</Box>
	);
}
