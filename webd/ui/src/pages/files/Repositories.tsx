// Repositories.tsx - stores of backup tools of which nothing says whose they are: they make servers unknown.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import {useQuery} from '../../api/query.ts';
import {useMay} from '../../api/session.ts';
import type {Repository} from '../../api/types.ts';
import {Name} from '../../components/Name.tsx';
import {below, globOf} from '../../components/globs.ts';
import {Time} from '../../components/Time.tsx';
import {bytes, count, counted} from '../../format/size.ts';
import {useSearch} from '../../router.tsx';
import {useDirectories} from './Filters.tsx';
import {WorkItem} from './Group.tsx';
import {SEARCH} from './search.ts';

const LISTED = 50;
const NONE: readonly Repository[] = [];

export function useUnsettled(): {repositories: readonly Repository[]; total: number} {
	const {data} = useQuery('/api/repositories', {query: {unsettled: true, sort: 'bytes', order: 'desc', limit: LISTED}});
	return {repositories: data?.repositories ?? NONE, total: data?.total ?? 0};
}

export function Repositories({repositories, total}: {repositories: readonly Repository[]; total: number}) {
	const mayRule = useMay('admin');
	const [, setSearch] = useSearch(SEARCH);
	const directories = useDirectories();
	if (repositories.length === 0) {
		return null;
	}
	// A scanned directory that is a repository as a whole: all below it.
	const ruleFor = (path: string) => [globOf(below(path + '/', directories) ?? '').replace(/\/$/, ''), '*'].filter((part) => part !== '').join('/');
	const ask = (what: 'belongs' | 'ignore', path: string) => setSearch({do: what, rule: ruleFor(path), to: null});
	const waiting = directories.length === 0;
	return (
		<Box component="section" aria-label="Repositories" sx={{display: 'flex', flexDirection: 'column', gap: 1.5}}>
			<div>
				<Typography variant="h2">Repositories that no server owns</Typography>
				<Box sx={{color: 'text.secondary'}}>
					Nobody can look into them. While nothing says whose they are, servers without any other backup are unknown: theirs may be in there.
					{total > repositories.length && ` There are ${count(total)}; the largest ${count(repositories.length)} are listed.`}
				</Box>
			</div>
			<Box component="ul" aria-label="Repositories, the largest first" sx={{listStyle: 'none', m: 0, p: 0, border: 1, borderColor: 'var(--unknown-bar)', borderRadius: 1.5, bgcolor: 'background.paper'}}>
				{repositories.map(({id, path, description, files, bytes: size, newest}) => (
					<WorkItem
						key={id} title={<Box sx={{fontWeight: 650, fontSize: '.9375rem'}}><Name wrap>{path}</Name></Box>}
						actions={mayRule && (
							<>
								<Button variant="contained" disabled={waiting} onClick={() => ask('belongs', path)}>Belongs to…</Button>
								<Button variant="outlined" color="inherit" disabled={waiting} sx={{borderColor: 'divider'}} onClick={() => ask('ignore', path)}>Ignore…</Button>
							</>
						)}>
						<div>{description}: {counted(files, 'file')}, {bytes(size)}{newest !== null && <>, newest <Time iso={newest} /></>}</div>
					</WorkItem>
				))}
			</Box>
		</Box>
	);
}
