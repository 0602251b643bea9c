// CoverageSection.tsx - coverage over a week, a month or a year: as a chart that is loaded when it is needed, or as a table.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import {Suspense, useState} from 'react';
import {useQuery} from '../../api/query.ts';
import type {HistoryEntry} from '../../api/types.ts';
import {byDay, coverageOf, LAYERS} from '../../components/charts/coverage.ts';
import {Section} from '../../components/Page.tsx';
import {ErrorState, LoadingState} from '../../components/states.tsx';
import {STATUS_WORDS} from '../../components/status.ts';
import {count} from '../../format/size.ts';
import {daysAgo, exactTime, shortDate} from '../../format/time.ts';
import {late} from '../../late.tsx';
import {useSearch} from '../../router.tsx';
import {RANGES, SEARCH} from './search.ts';

const Coverage = late(() => import('../../components/charts/Coverage.tsx'));

const DAYS = {week: 7, month: 30, year: 365} as const;
const WORDS = {week: '7 days', month: '30 days', year: '1 year'} as const;
const COUNTS_MAX = 1000; // the newest of them; a chart of more would show no more

function Table({entries}: {entries: readonly HistoryEntry[]}) {
	const cells = {'& th, & td': {textAlign: 'right', px: .75, py: .5, whiteSpace: 'nowrap', borderTop: 1, borderColor: 'divider'}, '& th:first-of-type': {textAlign: 'left', pl: 0}} as const;
	return (
		<Box tabIndex={0} role="region" aria-label="Coverage by day, as last counted" sx={{maxHeight: '16rem', overflow: 'auto'}}>
			<Box component="table" sx={{borderCollapse: 'collapse', width: '100%', fontVariantNumeric: 'tabular-nums', ...cells}}>
				<thead><tr><th scope="col">Day</th><th scope="col">Covered</th>{[...LAYERS, 'exempt' as const].map((layer) => <th key={layer} scope="col">{STATUS_WORDS[layer]}</th>)}</tr></thead>
				<tbody>
					{byDay(entries).map((entry) => (
						<tr key={entry.id}>
							<th scope="row" title={exactTime(Date.parse(entry.time))}>{shortDate(Date.parse(entry.time))}</th><td>{`${coverageOf(entry)} %`}</td>
							{[...LAYERS, 'exempt' as const].map((layer) => <td key={layer}>{count(entry[layer])}</td>)}
						</tr>
					))}
				</tbody>
			</Box>
		</Box>
	);
}

export function countsOver(range: (typeof RANGES)[number]) {
	return {query: {since: daysAgo(DAYS[range]), sort: 'id', order: 'desc', limit: COUNTS_MAX}};
}

function Content({range, table}: {range: (typeof RANGES)[number]; table: boolean}) {
	const [question] = useState(() => countsOver(range));
	const {data, error, refetch, updated} = useQuery('/api/history', question);
	if (data === undefined) {
		return error !== undefined ? <ErrorState error={error} retry={refetch} /> : <LoadingState lines={5} />;
	}
	const entries = [...data.history].reverse();
	if (entries.length < 2) {
		const why = entries.length === 0 ? 'Nothing was counted in this time. Each scan adds a count.' : 'There is one count so far. The chart begins with the next scan.';
		return <Box sx={{color: 'text.secondary'}}>{why}</Box>;
	}
	return table ? <Table entries={entries} /> : <Suspense fallback={<LoadingState lines={5} />}><Coverage entries={entries} end={updated} /></Suspense>;
}

export function CoverageSection() {
	const [{range, table}, setSearch] = useSearch(SEARCH);
	const actions = (
		<Box sx={{display: 'flex', flexWrap: 'wrap', gap: .5, justifyContent: 'flex-end'}}>
			<Box role="group" aria-label="Time" sx={{display: 'flex'}}>
				{RANGES.map((one) => <Button key={one} aria-pressed={one === range} variant={one === range ? 'outlined' : 'text'} color="inherit" onClick={() => setSearch({range: one})}>{WORDS[one]}</Button>)}
			</Box>
			<Button variant="text" aria-pressed={table === true} onClick={() => setSearch({table: table === true ? null : true})}>{table === true ? 'As a chart' : 'As a table'}</Button>
		</Box>
	);
	return <Section title="Coverage" actions={actions}><Content key={range} range={range} table={table === true} /></Section>;
}
