// Suggestions.tsx - directories and networks of the machine that are not configured yet, to be added by a click.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import {useQuery} from '../../api/query.ts';
import {useMay} from '../../api/session.ts';
import {Name} from '../../components/Name.tsx';
import {useDraft} from './draft.ts';
import {clean, newDirectory} from './form.ts';

interface Row {
	name: string;
	because: string;
}

function List({title, rows, onAdd}: {title: string; rows: readonly Row[]; onAdd: (name: string) => void}) {
	const {readOnly} = useDraft();
	if (rows.length === 0 || readOnly) {
		return null;
	}
	return (
		<Box sx={{mt: 2.5}}>
			<Typography variant="h3" gutterBottom>{title}</Typography>
			<Box component="ul" aria-label={title} sx={{listStyle: 'none', m: 0, p: 0, display: 'flex', flexDirection: 'column', gap: .5}}>
				{rows.map(({name, because}) => (
					<Box component="li" key={name} sx={{display: 'flex', alignItems: 'center', gap: 1, minWidth: 0}}>
						<Button variant="outlined" aria-label={`Add ${name}`} onClick={() => onAdd(name)}>Add</Button>
						<Box sx={{minWidth: 0}}>
							<Name>{name}</Name>
							<Box sx={{color: 'text.secondary', fontSize: '.8125rem'}}><Name>{because}</Name></Box>
						</Box>
					</Box>
				))}
			</Box>
		</Box>
	);
}

/** Failing to suggest is no failure of the page: then there are none. */
export function DirectorySuggestions() {
	const {form, change} = useDraft();
	const {data} = useQuery('/api/suggestions', useMay('admin') ? {} : null);
	const known = new Set(form.directories_to_scan.map(({path}) => path));
	const rows = (data?.directories ?? []).filter(({path}) => !known.has(path)).map(({path, because}) => ({name: path, because}));
	return <List title="On this machine" rows={rows} onAdd={(path) => change((now) => ({directories_to_scan: [...now.directories_to_scan, newDirectory(path)]}))} />;
}

export function NetworkSuggestions() {
	const {form, change} = useDraft();
	const {data} = useQuery('/api/suggestions', useMay('admin') ? {} : null);
	const known = new Set(clean(form.subnets_to_scan));
	const rows = (data?.networks ?? []).filter(({subnet}) => !known.has(subnet)).map(({subnet, because}) => ({name: subnet, because}));
	return <List title="Networks of this machine" rows={rows} onAdd={(subnet) => change((now) => ({subnets_to_scan: [...clean(now.subnets_to_scan), subnet]}))} />;
}
