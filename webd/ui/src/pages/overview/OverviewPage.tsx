// OverviewPage.tsx - "am I safe?" in three seconds: the verdict, what makes it doubtful, the counts, the worst first, what changed.
import Box from '@mui/material/Box';
import type {ReactNode} from 'react';
import {urlOf} from '../../api/client.ts';
import {live} from '../../api/events.ts';
import {useAhead, useQuery} from '../../api/query.ts';
import {useStore} from '../../api/store.ts';
import type {Summary} from '../../api/types.ts';
import {Page} from '../../components/Page.tsx';
import {RunningScan} from '../../components/RunningScan.tsx';
import {SCAN_KINDS} from '../../components/scans.ts';
import {ErrorState, LoadingState} from '../../components/states.tsx';
import {daysAgo} from '../../format/time.ts';
import {useSearch} from '../../router.tsx';
import {FirstStart} from '../welcome/FirstStart.tsx';
import {added, changed, Changes} from './Changes.tsx';
import {Counts} from './Counts.tsx';
import {countsOver, CoverageSection} from './CoverageSection.tsx';
import {Notices} from './Notices.tsx';
import {ScansSection} from './ScansSection.tsx';
import {SEARCH} from './search.ts';
import {isEarly} from './verdict.ts';
import {VerdictBanner} from './VerdictBanner.tsx';
import {Worst, WORST} from './Worst.tsx';

function Column({children}: {children: ReactNode}) {
	return <Box sx={{display: 'grid', gap: 2, gridTemplateColumns: 'minmax(0, 1fr)'}}>{children}</Box>;
}

/** As long as there is nothing to count, how far the first scans are. */
function Begun() {
	const {running} = useStore(live);
	return <>{SCAN_KINDS.map((kind) => running[kind] !== null && <RunningScan key={kind} scan={running[kind]} />)}</>;
}

function Content({summary}: {summary: Summary}) {
	const begins = isEarly(summary) || summary.servers === 0;
	return (
		<>
			<VerdictBanner summary={summary} />
			<Notices summary={summary} />
			{begins ? <><Begun /><ScansSection summary={summary} /></> : (
				<>
					<Counts summary={summary} />
					<Box sx={{display: 'grid', gridTemplateColumns: {xs: 'minmax(0, 1fr)', lg: 'minmax(0, 3fr) minmax(0, 2fr)'}, gap: 2, alignItems: 'start'}}>
						<Column><Worst /></Column>
						<Column><CoverageSection /><ScansSection summary={summary} /><Changes /></Column>
					</Box>
				</>
			)}
		</>
	);
}

export default function OverviewPage() {
	const {data, error, refetch} = useQuery('/api/summary');
	const [{range}] = useSearch(SEARCH);
	const yesterday = daysAgo(1);
	useAhead([urlOf('/api/servers', WORST), urlOf('/api/history', countsOver(range)), urlOf('/api/changes', changed(yesterday)), urlOf('/api/changes', added(yesterday))]);
	return (
		<Page title="Overview">
			<FirstStart>
				{data !== undefined ? <Content summary={data} /> : error !== undefined ? <ErrorState error={error} retry={refetch} /> : <LoadingState lines={10} />}
			</FirstStart>
		</Page>
	);
}
