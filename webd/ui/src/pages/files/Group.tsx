// Group.tsx - files of one shape in one place, and what can be said of them.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import {type ReactNode, useId} from 'react';
import {useMay} from '../../api/session.ts';
import type {UnmatchedGroup} from '../../api/types.ts';
import {WarningIcon} from '../../components/icons.tsx';
import {Name} from '../../components/Name.tsx';
import {Time} from '../../components/Time.tsx';
import {visible} from '../../format/name.ts';
import {bytes, counted} from '../../format/size.ts';
import {Link, useSearch} from '../../router.tsx';
import {SEARCH} from './search.ts';

const REASON_WORDS: Readonly<Record<UnmatchedGroup['reason'], string>> = {
	no_server: '', ambiguous: 'More than one server is possible.', repository: 'A repository: nothing in it says whose it is.',
};

interface ItemProps {
	/** What stands first; it names the buttons' group. */
	title: ReactNode;
	children: ReactNode;
	actions: ReactNode;
}

/** A row of the work list: facts on the left, what can be done on the right; on phones below. */
export function WorkItem({title, children, actions}: ItemProps) {
	const id = useId();
	return (
		<Box
			component="li" aria-labelledby={id}
			sx={{
				display: 'grid', gridTemplateColumns: {xs: '1fr', md: '1fr auto'}, columnGap: 3, rowGap: 1, p: 1.5, px: {md: 2}, borderTop: 1, borderColor: 'divider', '&:first-of-type': {borderTop: 0},
			}}>
			<Box sx={{minWidth: 0, display: 'flex', flexDirection: 'column', gap: .5}}>
				<div id={id}>{title}</div>
				{children}
			</Box>
			<Box role="group" aria-labelledby={id} sx={{display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'flex-start'}}>{actions}</Box>
		</Box>
	);
}

/** Its files in the other tab; a directory that varies cannot be searched for. */
function filesOf({directory, reason}: UnmatchedGroup): string | null {
	const which = reason === 'repository' ? 'reason=repository' : 'unmatched=1';
	return directory.includes('*') ? null : `/files?${which}&q=${encodeURIComponent(directory.slice(0, 200))}`;
}

export function Group({group}: {group: UnmatchedGroup}) {
	const [, setSearch] = useSearch(SEARCH);
	const {directory, shape, rule, reason, files, bytes: size, newest, samples, suggestions} = group;
	const ask = (what: 'belongs' | 'alias' | 'ignore', to: number | null = null) => setSearch({do: what, rule: rule.path, to});
	const [mayRule, mayAlias] = [useMay('admin'), useMay('operator')];
	const list = filesOf(group);
	return (
		<WorkItem
			title={(
				<>
					<Box sx={{fontWeight: 650, fontSize: '.9375rem'}}><Name wrap>{shape}</Name></Box>
					<Box sx={{color: 'text.secondary', fontSize: '.8125rem'}}>in <Name wrap>{directory}</Name></Box>
				</>
			)}
			actions={(
				<>
					{mayRule && <Button variant="contained" onClick={() => ask('belongs')}>Belongs to…</Button>}
					{mayAlias && reason !== 'repository' && <Button variant="outlined" onClick={() => ask('alias')}>It is an alias…</Button>}
					{mayRule && <Button variant="outlined" color="inherit" sx={{borderColor: 'divider'}} onClick={() => ask('ignore')}>Ignore…</Button>}
				</>
			)}>
			<div>{counted(files, 'file')}, {bytes(size)}, newest <Time iso={newest} /></div>
			{REASON_WORDS[reason] !== '' && <Box sx={{display: 'flex', gap: .75, alignItems: 'center', color: 'var(--yellow-ink)'}}><WarningIcon sx={{fontSize: '1rem'}} />{REASON_WORDS[reason]}</Box>}
			{suggestions.length > 0 && (
				<Box component="ul" aria-label="Suggestions" sx={{listStyle: 'none', m: 0, p: 0}}>
					{suggestions.map(({server, server_name: name, because}) => (
						<Box component="li" key={server} sx={{display: 'flex', flexWrap: 'wrap', columnGap: 1, alignItems: 'baseline'}}>
							<Button disabled={!mayRule} sx={{px: .5, ml: -.5, minWidth: 0, textAlign: 'left', overflowWrap: 'anywhere'}} onClick={() => ask('belongs', server)}>{`Perhaps ${visible(name)}?`}</Button>
							<Box component="span" sx={{color: 'text.secondary', fontSize: '.8125rem'}}><Name wrap>{because}</Name></Box>
						</Box>
					))}
				</Box>
			)}
			<Box component="details" sx={{fontSize: '.8125rem', '& summary': {cursor: 'pointer', color: 'text.secondary', width: 'fit-content'}}}>
				<summary>Samples</summary>
				<Box component="ul" sx={{m: 0, my: .5, pl: 2.5}}>{samples.map((path) => <li key={path}><Name wrap>{path}</Name></li>)}</Box>
				{list !== null && <Box component={Link} href={list} sx={{color: 'primary.main'}}>Show the files of this directory</Box>}
			</Box>
		</WorkItem>
	);
}
