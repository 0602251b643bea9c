// FirstScans.tsx - starts the first scans and shows how far they are, until both have ended.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';
import {useEffect, useRef, useState} from 'react';
import {ApiError, send, sentence} from '../../api/client.ts';
import {live, onScanEnded, type ScanKind} from '../../api/events.ts';
import {useStore} from '../../api/store.ts';
import type {ScanProgress} from '../../api/types.ts';
import {Name} from '../../components/Name.tsx';
import {Section} from '../../components/Page.tsx';
import {progressText} from '../../components/scans.ts';
import {navigate} from '../../router.tsx';
import type {Chosen} from './chosen.ts';

const TITLES: Readonly<Record<ScanKind, string>> = {directories: 'Looking for backups', servers: 'Looking for servers'};

interface Outcome {
	good: boolean;
	message: string;
}

function outcomeOf({state, message, kind}: ScanProgress): Outcome {
	return {good: state === 'succeeded', message: message === null ? `The scan of ${kind} ${state === 'succeeded' ? 'is done' : `has ${state}`}.` : sentence(message)};
}

function Progress({kind, outcome}: {kind: ScanKind; outcome: Outcome | undefined}) {
	const scan = useStore(live).running[kind];
	return (
		<Box>
			<Typography variant="h3">{TITLES[kind]}</Typography>
			{outcome !== undefined ? <Alert severity={outcome.good ? 'success' : 'error'} sx={{mt: .5}}><Name wrap>{outcome.message}</Name></Alert> : (
				<>
					<LinearProgress
						aria-label={TITLES[kind]} sx={{my: .75, height: 6, borderRadius: 1}}
						{...(scan !== null && scan.percent >= 0 ? {variant: 'determinate', value: scan.percent} : {})}
					/>
					<Box sx={{color: 'text.secondary', minHeight: '1.5em'}}>
						{scan === null ? 'Starting.' : progressText(scan)}
						{scan !== null && scan.current !== null && <Name>{scan.current}</Name>}
					</Box>
				</>
			)}
		</Box>
	);
}

export function FirstScans({chosen, onEnd}: {chosen: Chosen; onEnd: () => void}) {
	const kinds: ScanKind[] = [...(chosen.directories.length > 0 ? ['directories' as const] : []), ...(chosen.networks.length > 0 ? ['servers' as const] : [])];
	const [outcomes, setOutcomes] = useState<Partial<Record<ScanKind, Outcome>>>({});
	const begun = useRef(false);
	const end = (kind: ScanKind, outcome: Outcome) => setOutcomes((now) => ({...now, [kind]: outcome}));

	useEffect(() => onScanEnded((scan) => end(scan.kind, outcomeOf(scan))), []);
	useEffect(() => {
		if (!begun.current) { // React may run an effect twice
			begun.current = true;
			for (const kind of kinds) {
				send(`POST /api/scan/${kind}`).catch((error: unknown) => {
					if (!(error instanceof ApiError && error.code === 'scan_running')) { // the schedule was faster
						end(kind, {good: false, message: error instanceof Error ? error.message : String(error)});
					}
				});
			}
		}
	}, []);
	const done = kinds.every((kind) => outcomes[kind] !== undefined);
	return (
		<Section title="Your first scans">
			<Box sx={{display: 'flex', flexDirection: 'column', gap: 2}} aria-live="polite">
				{kinds.map((kind) => <Progress key={kind} kind={kind} outcome={outcomes[kind]} />)}
				{chosen.warnings.map((warning) => <Alert key={warning} severity="warning"><Name wrap>{warning}</Name></Alert>)}
				<Box>
					<Button
						variant={done ? 'contained' : 'outlined'}
						onClick={() => {
							onEnd();
							navigate('/');
						}}>
						{done ? 'To the overview' : 'Go on; the scans continue'}
					</Button>
				</Box>
			</Box>
		</Section>
	);
}
