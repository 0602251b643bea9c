// Explain.tsx - why a path belongs to a server or to none, and when its backup was made: step by step, in words.
import Box from '@mui/material/Box';
import {sentence} from '../../api/client.ts';
import {useQuery} from '../../api/query.ts';
import type {Explanation, ExplanationCandidate} from '../../api/types.ts';
import {CountsSymbol} from '../../components/CountsChip.tsx';
import {DrawerSection, Facts} from '../../components/DetailDrawer.tsx';
import {GoodIcon} from '../../components/icons.tsx';
import {Name} from '../../components/Name.tsx';
import {ErrorState, LoadingState} from '../../components/states.tsx';
import {Time} from '../../components/Time.tsx';
import {Link} from '../../router.tsx';
import {SOURCE_WORDS} from './columns.tsx';

function Verdict({result: {counts, server_name: name, server, reason}}: {result: Explanation}) {
	const tone = counts ? 'green' : 'exempt';
	const whose = server !== null && <Box component={Link} href={`/status?server=${server}`} sx={{color: 'inherit', fontWeight: 650}}><Name wrap>{name}</Name></Box>;
	return (
		<Box sx={{display: 'flex', gap: 1, p: 1.5, borderRadius: 1, bgcolor: `var(--${tone}-back)`, color: `var(--${tone}-ink)`, '& svg': {color: 'inherit'}}}>
			<CountsSymbol counts={counts} />
			<div>
				{counts ? <>Counts as a backup of {whose}.</> : server === null ? <>Belongs to no server: {reason}.</> : <>Belongs to {whose}, but does not count: {reason}.</>}
			</div>
		</Box>
	);
}

const wonLooks = {display: 'inline-flex', gap: .5, alignItems: 'center', color: 'var(--green-ink)', fontWeight: 600, whiteSpace: 'nowrap'} as const;

function Candidate({candidate: {server, server_name: name, identity, component, strength, won}}: {candidate: ExplanationCandidate}) {
	return (
		<Box component="li" sx={{py: .75, borderTop: 1, borderColor: 'divider', '&:first-of-type': {borderTop: 0}}}>
			<Box sx={{display: 'flex', justifyContent: 'space-between', gap: 1}}>
				<Box component={Link} href={`/status?server=${server}`} sx={{color: 'inherit', fontWeight: 600, minWidth: 0}}><Name wrap>{name}</Name></Box>
				{won && <Box component="span" sx={wonLooks}><GoodIcon sx={{fontSize: '1rem'}} />Decided</Box>}
			</Box>
			<Box sx={{color: 'text.secondary', fontSize: '.8125rem'}}>“<Name wrap>{identity}</Name>” in “<Name wrap>{component}</Name>” ({strength})</Box>
		</Box>
	);
}

export function Explain({path}: {path: string}) {
	const {data, error, refetch} = useQuery('/api/explain', {query: {path}});
	if (data === undefined) {
		return error === undefined ? <LoadingState lines={4} /> : <ErrorState error={error} retry={refetch} />;
	}
	const {result} = data;
	return (
		<>
			<Verdict result={result} />
			<DrawerSection title="Why">
				<Box component="ol" aria-label="Steps" sx={{m: 0, pl: 2.5, display: 'flex', flexDirection: 'column', gap: .5}}>
					{result.steps.map((step, i) => <li key={i}><Name wrap>{sentence(step)}</Name></li>)}
				</Box>
			</DrawerSection>
			<Facts facts={[['Backup made', result.time === null ? 'not known' : <><Time iso={result.time} /> (from the {SOURCE_WORDS[result.time_source]})</>]]} />
			{result.candidates.length > 0 && (
				<DrawerSection title="Servers that the path names">
					<Box component="ul" sx={{listStyle: 'none', m: 0, p: 0}}>{result.candidates.map((candidate, i) => <Candidate key={i} candidate={candidate} />)}</Box>
				</DrawerSection>
			)}
		</>
	);
}
