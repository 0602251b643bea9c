// FirstStart.tsx - as long as nothing is configured, the way to begin stands in place of a page; once it is, never again.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import {lazy, type ReactNode, Suspense, useState} from 'react';
import {useQuery} from '../../api/query.ts';
import {useMay} from '../../api/session.ts';
import {LoadingState} from '../../components/states.tsx';

const Welcome = lazy(() => import('./Welcome.tsx'));
const SKIPPED = 'first-start-skipped';

function wasSkipped(): boolean {
	try {
		return window.localStorage.getItem(SKIPPED) !== null;
	} catch {
		return false; // this browser keeps nothing
	}
}

function keepSkipped(): void {
	try {
		window.localStorage.setItem(SKIPPED, '1');
	} catch {
		// asked again next time
	}
}

/** Shows its children unless neither a directory nor a network is configured; a page that needs these puts itself inside. */
export function FirstStart({children}: {children: ReactNode}) {
	const {data} = useQuery('/api/config');
	const [skipped, setSkipped] = useState(wasSkipped);
	const [begun, setBegun] = useState(false);
	const may = useMay('admin');
	const empty = data !== undefined && data.directories_to_scan.length === 0 && data.subnets_to_scan.length === 0;
	if (may && data !== undefined && (begun || (empty && !skipped))) {
		const skip = () => {
			keepSkipped();
			setSkipped(true);
			setBegun(false);
		};
		return <Suspense fallback={<LoadingState />}><Welcome config={data} onBegin={() => setBegun(true)} onEnd={() => setBegun(false)} onSkip={skip} /></Suspense>;
	}
	return (
		<>
			{empty && (
				<Box sx={{display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1}}>
					Nothing is configured yet.
					{may ? <Button variant="outlined" onClick={() => setSkipped(false)}>Show me how to begin</Button> : 'An administrator has to name the directories and networks.'}
				</Box>
			)}
			{children}
		</>
	);
}
