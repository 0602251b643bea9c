// ServerPicker.tsx - chooses a server by typing a part of its name: suggestions first; perhaps one that is not known yet.
import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import {useState} from 'react';
import {useQuery} from '../api/query.ts';
import type {Server, UnmatchedSuggestion} from '../api/types.ts';
import {visible} from '../format/name.ts';
import {useLast} from './useLast.ts';
import {useSettled} from './useSettled.ts';

/** `id` null: it is to be added under that name. */
export interface ServerChoice {
	id: number | null;
	name: string;
}
interface Option extends ServerChoice {
	detail: string;
	group: 'Suggested' | 'Servers' | 'Not known yet';
}

const SHOWN = 20;
const NAME_MAX = 253;

/** By what a rule names it. */
export function nameOf(server: Pick<Server, 'hostname' | 'ip_address'>): string {
	return server.hostname === '' ? (server.ip_address ?? '') : server.hostname;
}

/** What stands in the list already can be chosen before the answer to all that was typed is there; nothing else can. */
function fits({hostname, ip_address: address}: Server, typed: string): boolean {
	return hostname.toLowerCase().includes(typed.toLowerCase()) || (address ?? '').includes(typed);
}

function optionsOf(typed: string, suggestions: readonly UnmatchedSuggestion[], servers: readonly Server[], mayBeNew: boolean): Option[] {
	const text = typed.trim();
	const same = (name: string) => name.toLowerCase() === text.toLowerCase();
	const suggested = suggestions.filter(({server_name: name}) => name.toLowerCase().includes(text.toLowerCase()))
		.map(({server, server_name: name, because}): Option => ({id: server, name, detail: because, group: 'Suggested'}));
	const found = servers.filter(({id}) => !suggested.some((option) => option.id === id))
		.map((server): Option => ({id: server.id, name: nameOf(server), detail: server.hostname === '' ? '' : (server.ip_address ?? ''), group: 'Servers'}));
	const all = [...suggested, ...found];
	return mayBeNew && text !== '' && !all.some(({name}) => same(name)) ? [...all, {id: null, name: text, detail: 'Add it as a new server', group: 'Not known yet'}] : all;
}

interface ServerPickerProps {
	label: string;
	value: ServerChoice | null;
	onChange: (choice: ServerChoice | null) => void;
	suggestions?: readonly UnmatchedSuggestion[];
	/** A name that no server has can be chosen: it is the owner's part to add it. */
	mayBeNew?: boolean;
	/** What is wrong with the choice. */
	error?: string | undefined;
	helper?: string | undefined;
	autoFocus?: boolean;
	/** For a toolbar: as narrow as a search. */
	narrow?: boolean;
}

export function ServerPicker({label, value, onChange, suggestions = [], mayBeNew = false, error, helper, autoFocus = false, narrow = false}: ServerPickerProps) {
	const [open, setOpen] = useState(false);
	const [typed, setTyped] = useState('');
	const wanted = typed === visible(value?.name ?? '') ? '' : typed.trim(); // what is chosen already hides no other
	const q = useSettled(wanted);
	const {data, fetching, error: failed} = useQuery('/api/servers', open ? {query: {q, limit: SHOWN, sort: 'hostname', order: 'asc'}} : null);
	const searching = q !== wanted || fetching;
	const known = useLast(data?.servers) ?? [];
	const servers = q === wanted && data !== undefined ? known : known.filter((server) => fits(server, wanted));
	const options = optionsOf(wanted, suggestions, servers, mayBeNew && !searching && failed === undefined);
	return (
		<Autocomplete<Option>
			open={open} onOpen={() => setOpen(true)} onClose={() => setOpen(false)} autoHighlight selectOnFocus handleHomeEndKeys fullWidth size="small"
			sx={narrow ? {width: {xs: '100%', sm: '13rem'}} : {}}
			value={value === null ? null : {...value, detail: '', group: 'Servers'}} onChange={(_, option) => onChange(option === null ? null : {id: option.id, name: option.name})}
			inputValue={typed} onInputChange={(_, text) => setTyped(text.slice(0, NAME_MAX))}
			options={options} filterOptions={(all) => all} loading={searching} loadingText="Searching" getOptionKey={({id, name}) => id ?? `new ${name}`}
			noOptionsText={failed === undefined ? 'No server has such a name.' : failed.message}
			getOptionLabel={({name}) => visible(name)} isOptionEqualToValue={(a, b) => a.id === b.id && a.name === b.name} groupBy={({group}) => group}
			renderGroup={({key, group, children}) => (
				<li key={key} role="group" aria-label={group}>
					<Box aria-hidden sx={{px: 2, pt: 1, pb: .25, color: 'text.secondary', fontSize: '.75rem', fontWeight: 650}}>{group}</Box>
					<Box component="ul" role="presentation" sx={{listStyle: 'none', m: 0, p: 0}}>{children}</Box>
				</li>
			)}
			renderOption={({key, ...props}, {id, name, detail}) => (
				<Box component="li" key={key} {...props} sx={{display: 'block !important', overflowWrap: 'anywhere'}}>
					<Box component="bdi" sx={{fontWeight: 600}}>{id === null ? `“${visible(name)}”` : visible(name)}</Box>
					{detail !== '' && <Box component="span" sx={{color: 'text.secondary', display: 'block', fontSize: '.8125rem'}}>{visible(detail)}</Box>}
				</Box>
			)}
			renderInput={(params) => (
				<TextField {...params} label={label} autoFocus={autoFocus} error={error !== undefined} helperText={error ?? (value?.id === null ? 'It is added as a new server.' : helper)} />
			)}
		/>
	);
}
