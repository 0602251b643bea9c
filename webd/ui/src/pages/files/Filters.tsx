// Filters.tsx - the filters above the files: search, server, directory, reasons, and whether they count.
import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import {useQuery} from '../../api/query.ts';
import {FilterChips} from '../../components/FilterChips.tsx';
import {GoodIcon} from '../../components/icons.tsx';
import {SearchField} from '../../components/SearchField.tsx';
import {nameOf, ServerPicker} from '../../components/ServerPicker.tsx';
import {visible} from '../../format/name.ts';
import {useSearch} from '../../router.tsx';
import {isFiltered, NO_FILTER, type Reason, REASONS, SEARCH} from './search.ts';

const DIRECTORIES_MAX = 1000;
type Shown = 'counts' | 'not' | 'nothing';
const SHOWN = [{value: 'counts', label: 'Counts'}, {value: 'not', label: 'Does not count'}, {value: 'nothing', label: 'Matches nothing'}] as const satisfies readonly {value: Shown; label: string}[];
const selectLooks = {width: {xs: 'calc(50% - 5px)', sm: '11rem'}} as const;

export function useDirectories(): readonly string[] {
	return useQuery('/api/directories', {query: {sort: 'path', order: 'asc', limit: DIRECTORIES_MAX}}).data?.directories.map(({path}) => path) ?? [];
}

function ServerFilter({value, onChange}: {value: string; onChange: (server: string) => void}) {
	const id = /^[1-9]\d{0,15}$/.test(value) ? Number(value) : null;
	const {data} = useQuery('/api/servers/{id}', id === null ? null : {id});
	const name = id === null || data === undefined ? value : nameOf(data.server);
	return <ServerPicker narrow label="Server" value={value === '' ? null : {id: id ?? -1, name}} onChange={(choice) => onChange(choice === null ? '' : String(choice.id))} />;
}

function DirectoryFilter({value, onChange}: {value: string; onChange: (root: string) => void}) {
	const known = useDirectories();
	const all = value === '' || known.includes(value) ? known : [value, ...known];
	if (all.length < 2 && value === '') {
		return null; // nothing to choose
	}
	return (
		<TextField select label="Directory" value={value} onChange={(event) => onChange(event.target.value)} sx={selectLooks} slotProps={{select: {displayEmpty: true}, inputLabel: {shrink: true}}}>
			<MenuItem value="">All</MenuItem>
			{all.map((path) => <MenuItem key={path} value={path} sx={{overflowWrap: 'anywhere', whiteSpace: 'normal'}}><bdi>{visible(path)}</bdi></MenuItem>)}
		</TextField>
	);
}

function ReasonFilter({value, onChange}: {value: readonly Reason[]; onChange: (reasons: readonly Reason[]) => void}) {
	const [only] = value;
	const told = only === undefined ? 'Any reason' : value.length === 1 ? REASONS[only] : `${value.length} reasons`;
	return (
		<TextField
			select label="Why" value={value} onChange={(event) => onChange(event.target.value as unknown as Reason[])} sx={selectLooks}
			slotProps={{select: {multiple: true, displayEmpty: true, renderValue: () => told}, inputLabel: {shrink: true}}}>
			{(Object.keys(REASONS) as Reason[]).map((reason) => (
				<MenuItem key={reason} value={reason} dense>
					<GoodIcon sx={{mr: 1, visibility: value.includes(reason) ? 'visible' : 'hidden'}} />
					{REASONS[reason]}
				</MenuItem>
			))}
		</TextField>
	);
}

export function Filters() {
	const [search, setSearch] = useSearch(SEARCH);
	const shown: readonly Shown[] = search.unmatched === true ? ['nothing'] : search.counts === null ? [] : [search.counts ? 'counts' : 'not'];
	// One at a time: what counts matches something.
	const show = (chosen: readonly Shown[]) => {
		const now = chosen.find((one) => !shown.includes(one));
		setSearch({counts: now === 'counts' ? true : now === 'not' ? false : null, unmatched: now === 'nothing' ? true : null});
	};
	return (
		<>
			<SearchField label="Search files" value={search.q} onChange={(q) => setSearch({q}, {replace: true})} />
			<ServerFilter value={search.server} onChange={(server) => setSearch({server})} />
			<DirectoryFilter value={search.root} onChange={(root) => setSearch({root})} />
			<ReasonFilter value={search.reason} onChange={(reason) => setSearch({reason})} />
			<FilterChips label="Show" value={shown} onChange={show} options={SHOWN} />
			{isFiltered(search) && <Button onClick={() => setSearch(NO_FILTER)}>Show all</Button>}
		</>
	);
}
