// SearchField.tsx - a search that asks when typing pauses, not on every key.
import IconButton from '@mui/material/IconButton';
import InputAdornment from '@mui/material/InputAdornment';
import TextField from '@mui/material/TextField';
import {useEffect, useRef, useState} from 'react';
import {CloseIcon, SearchIcon} from './icons.tsx';

const PAUSE_MS = 250;
const LENGTH_MAX = 200;

export function SearchField({label, value, onChange}: {label: string; value: string; onChange: (value: string) => void}) {
	const [typed, setTyped] = useState(value);
	const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
	const input = useRef<HTMLInputElement>(null);
	const told = useRef(value);

	// Changed from outside, as by the browser's back button.
	useEffect(() => {
		if (value !== told.current) {
			clearTimeout(timer.current);
			told.current = value;
			setTyped(value);
		}
	}, [value]);
	useEffect(() => () => clearTimeout(timer.current), []);

	const tell = (text: string) => {
		clearTimeout(timer.current);
		if (text.trim() !== told.current) {
			told.current = text.trim();
			onChange(told.current);
		}
	};
	const type = (text: string) => {
		setTyped(text);
		clearTimeout(timer.current);
		timer.current = setTimeout(() => tell(text), PAUSE_MS);
	};
	const clear = () => {
		setTyped('');
		tell('');
		input.current?.focus();
	};
	return (
		<TextField
			type="search" placeholder={label} value={typed} inputRef={input} sx={{width: {xs: '100%', sm: '17rem'}}}
			onChange={(event) => type(event.target.value)}
			onKeyDown={(event) => {
				if (event.key === 'Enter') {
					tell(typed);
				} else if (event.key === 'Escape' && typed !== '') {
					event.stopPropagation();
					clear();
				}
			}}
			slotProps={{
				htmlInput: {'aria-label': label, maxLength: LENGTH_MAX, spellCheck: false},
				input: {
					sx: {'& input::-webkit-search-cancel-button': {display: 'none'}},
					startAdornment: <InputAdornment position="start"><SearchIcon /></InputAdornment>,
					// Always there: a field with and one without it are styles of their own, and each has the whole page styled again.
					endAdornment: (
						<InputAdornment position="end" sx={{visibility: typed === '' ? 'hidden' : 'visible'}}>
							<IconButton aria-label="Clear the search" edge="end" onClick={clear}><CloseIcon sx={{fontSize: '1rem'}} /></IconButton>
						</InputAdornment>
					),
				},
			}}
		/>
	);
}
