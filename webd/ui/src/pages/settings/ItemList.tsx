// ItemList.tsx - a list of settings with several fields each: rows that open for editing, and that move by buttons and by Alt with the arrow keys where their order counts.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import ButtonBase from '@mui/material/ButtonBase';
import IconButton from '@mui/material/IconButton';
import {type KeyboardEvent, memo, type ReactNode, useCallback, useEffect, useRef, useState} from 'react';
import {CloseIcon, DownIcon, ErrorIcon, NextIcon, UpIcon} from '../../components/icons.tsx';
import {useDraft} from './draft.ts';

const PAGE = 100; // rows that are shown at once, beside the one that is open

interface Item {
	id: number;
}
interface ItemListProps<T extends Item> {
	/** What the list is, for those who hear it: "Policies" */
	label: string;
	/** As the server names it: "policies" */
	field: string;
	/** One of them: "policy" */
	one: string;
	items: readonly T[];
	onChange: (change: (items: readonly T[]) => readonly T[]) => void;
	create: () => T;
	/** The order counts. */
	ordered?: boolean;
	empty: ReactNode;
	/** Of the item alone: a row is drawn anew only when its item is another. */
	name: (item: T) => string;
	summary: (item: T) => ReactNode;
	editor: (item: T, i: number, change: (part: Partial<T>) => void) => ReactNode;
}

interface RowProps<T extends Item> {
	item: T;
	i: number;
	count: number;
	ordered: boolean;
	open: boolean;
	readOnly: boolean;
	problem: string | undefined;
	name: (item: T) => string;
	summary: (item: T) => ReactNode;
	onToggle: (id: number) => void;
	onMove: (i: number, by: number) => void;
	onRemove: (i: number) => void;
}

function PlainRow<T extends Item>({item, i, count, ordered, open, readOnly, name, problem, summary, onToggle, onMove, onRemove}: RowProps<T>) {
	const {id} = item;
	const called = name(item);
	const byKey = (event: KeyboardEvent) => {
		if (ordered && !readOnly && event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
			event.preventDefault();
			onMove(i, event.key === 'ArrowUp' ? -1 : 1);
		}
	};
	return (
		<Box sx={{display: 'flex', alignItems: 'center', gap: .25, minWidth: 0}} onKeyDown={byKey}>
			<ButtonBase
				id={`item-${id}`} aria-expanded={open} onClick={() => onToggle(id)} {...(ordered ? {'aria-keyshortcuts': 'Alt+ArrowUp Alt+ArrowDown'} : {})}
				sx={{flex: 1, minWidth: 0, display: 'flex', justifyContent: 'flex-start', textAlign: 'left', gap: 1, px: 1, py: .75, borderRadius: 1, minHeight: 40, '&:hover': {bgcolor: 'action.hover'}}}>
				<NextIcon sx={{fontSize: '1rem', flex: 'none', transform: open ? 'rotate(90deg)' : 'none'}} />
				{ordered && <Box component="span" sx={{color: 'text.secondary', fontVariantNumeric: 'tabular-nums', flex: 'none'}}>{i + 1}.</Box>}
				<Box component="span" sx={{flex: 1, minWidth: 0}}>
					{summary(item)}
					{problem !== undefined && !open && (
						<Box component="span" sx={{display: 'flex', alignItems: 'center', gap: .5, color: 'error.main'}}><ErrorIcon sx={{fontSize: '.9rem'}} />{problem}</Box>
					)}
				</Box>
			</ButtonBase>
			{ordered && <IconButton id={`up-${id}`} aria-label={`Move ${called} up`} title="Up" disabled={readOnly || i === 0} onClick={() => onMove(i, -1)}><UpIcon /></IconButton>}
			{ordered && <IconButton id={`down-${id}`} aria-label={`Move ${called} down`} title="Down" disabled={readOnly || i === count - 1} onClick={() => onMove(i, 1)}><DownIcon /></IconButton>}
			<IconButton aria-label={`Remove ${called}`} title="Remove" disabled={readOnly} onClick={() => onRemove(i)}><CloseIcon /></IconButton>
		</Box>
	);
}
// name and summary tell nothing but what the item does.
const Row = memo(PlainRow, (a, b) => (
	a.item === b.item && a.i === b.i && a.count === b.count && a.open === b.open && a.readOnly === b.readOnly && a.problem === b.problem
)) as typeof PlainRow;

function swapped<T>(rows: readonly T[], a: number, b: number): readonly T[] {
	return rows.map((row, i) => (i === a ? rows[b] : i === b ? rows[a] : undefined) ?? row);
}

export function ItemList<T extends Item>({label, field, one, items, onChange, create, ordered = false, empty, name, summary, editor}: ItemListProps<T>) {
	const {problemOf, problemWithin, readOnly, attempts} = useDraft();
	const [lastAttempt, setLastAttempt] = useState(0);
	const [open, setOpen] = useState<number | null>(null);
	const [shown, setShown] = useState(PAGE);
	const [said, setSaid] = useState('');
	const toFocus = useRef<string | null>(null);
	const now = useRef({items, onChange});

	useEffect(() => {
		now.current = {items, onChange};
		if (toFocus.current !== null) {
			document.getElementById(toFocus.current)?.focus();
			toFocus.current = null;
		}
	});
	// After an attempt to save, the fields of the first that is wrong are shown: what cannot be seen cannot be put right.
	if (attempts !== lastAttempt) {
		const faulty = items.findIndex((_, i) => problemWithin(`${field}[${i}]`) !== undefined);
		setLastAttempt(attempts);
		if (faulty >= 0) {
			setOpen(items[faulty]?.id ?? null);
		}
	}

	const onToggle = useCallback((id: number) => setOpen((now) => (now === id ? null : id)), []);
	const onMove = useCallback((i: number, by: number) => {
		const {items: all, onChange: change} = now.current;
		const [moving, other] = [all[i], all[i + by]];
		if (moving !== undefined && other !== undefined) {
			toFocus.current = document.activeElement?.id || `item-${moving.id}`;
			setSaid(`Moved to place ${i + by + 1} of ${all.length}.`);
			change((rows) => swapped(rows, i, i + by));
		}
	}, []);
	const onRemove = useCallback((i: number) => {
		const {items: all, onChange: change} = now.current;
		const next = all[i + 1] ?? all[i - 1];
		toFocus.current = next === undefined ? `add-${field}` : `item-${next.id}`;
		setSaid('Removed. Discard brings it back.');
		change((rows) => rows.filter((_, at) => at !== i));
	}, [field]);
	const add = () => {
		const item = create();
		onChange((all) => [...all, item]);
		setOpen(item.id);
	};
	return (
		<Box>
			{items.length === 0 ? <Box sx={{color: 'text.secondary', py: 1}}>{empty}</Box> : (
				<Box component={ordered ? 'ol' : 'ul'} aria-label={label} sx={{listStyle: 'none', m: 0, p: 0}}>
					{items.map((item, i) => (i < shown || item.id === open) && (
						<Box component="li" key={item.id} sx={{borderBottom: 1, borderColor: 'divider', py: .25}}>
							<Row
								item={item} i={i} count={items.length} ordered={ordered} open={open === item.id} readOnly={readOnly} name={name} problem={problemWithin(`${field}[${i}]`)}
								summary={summary} onToggle={onToggle} onMove={onMove} onRemove={onRemove}
							/>
							{open === item.id && (
								<Box sx={{p: {xs: 1, sm: 2}, pt: 1.5, pb: 2.5}}>
									{problemOf(`${field}[${i}]`) !== undefined && <Box role="alert" sx={{color: 'error.main', mb: 1.5}}>{problemOf(`${field}[${i}]`)}</Box>}
									{editor(item, i, (part) => onChange((all) => all.map((other) => (other.id === item.id ? {...other, ...part} : other))))}
								</Box>
							)}
						</Box>
					))}
				</Box>
			)}
			<Box sx={{display: 'flex', gap: 1, mt: 1.5}}>
				<Button id={`add-${field}`} variant="outlined" disabled={readOnly} onClick={add}>{`Add ${one}`}</Button>
				{items.length > shown && <Button onClick={() => setShown(shown + PAGE)}>{`Show more of ${items.length.toLocaleString()}`}</Button>}
			</Box>
			<span className="hidden-text" aria-live="polite">{said}</span>
		</Box>
	);
}
