// RunningScan.tsx - a scan that runs, as events tell it: how far, how fast, how long still, what is under the hands; and its end at a person's wish.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import LinearProgress from '@mui/material/LinearProgress';
import {useState} from 'react';
import {send} from '../api/client.ts';
import type {ScanProgress} from '../api/types.ts';
import {duration} from '../format/time.ts';
import {bytes, count, counted} from '../format/size.ts';
import {Allowed} from './Allowed.tsx';
import {ConfirmDialog} from './ConfirmDialog.tsx';
import {Facts} from './DetailDrawer.tsx';
import {Name} from './Name.tsx';
import {Section} from './Page.tsx';
import {rateOf, type Sample, sampled} from './rate.ts';
import {Time} from './Time.tsx';

/** A second; null: not known yet. Progress comes by events, each a new object. */
function useRate(scan: ScanProgress): number | null {
	const [{seen, samples}, setSeen] = useState<{seen: ScanProgress | null; samples: readonly Sample[]}>({seen: null, samples: []});
	if (seen !== scan) {
		const known = seen?.scan === scan.scan ? samples : [];
		setSeen({seen: scan, samples: sampled(known, {count: scan.kind === 'servers' ? scan.hosts : scan.files, at: Date.now()})});
	}
	return rateOf(samples);
}

function rateText(rate: number | null, kind: ScanProgress['kind']): string {
	const things = kind === 'servers' ? 'addresses' : 'files';
	return rate === null ? 'being measured' : `${rate < 10 ? rate.toLocaleString(undefined, {maximumFractionDigits: 1}) : count(Math.round(rate))} ${things} per second`;
}

function CancelDialog({scan, onClose}: {scan: ScanProgress; onClose: () => void}) {
	return (
		<ConfirmDialog
			title={`Cancel the scan of ${scan.kind}?`} verb="Cancel the scan" dismiss="Let it run" onClose={onClose}
			onConfirm={async () => {
				await send('DELETE /api/scan/{id}', {id: scan.scan});
			}}>
			{scan.kind === 'directories'
				? 'What this scan has found is forgotten. The list of files stays as the last complete scan left it.'
				: 'What the last complete scan found stays.'}
		</ConfirmDialog>
	);
}

export function RunningScan({scan}: {scan: ScanProgress}) {
	const [asking, setAsking] = useState(false);
	const rate = useRate(scan);
	const known = scan.percent >= 0;
	const seen = scan.kind === 'servers'
		? `${counted(scan.hosts, 'address', 'addresses')}, ${count(scan.hosts_up)} up`
		: `${counted(scan.files, 'file')}, ${bytes(scan.bytes)}, in ${counted(scan.directories, 'directory', 'directories')}`;
	return (
		<Section title={`Scanning ${scan.kind}`} actions={<Allowed role="operator"><Button variant="outlined" color="inherit" onClick={() => setAsking(true)}>Cancel</Button></Allowed>}>
			<Box sx={{display: 'flex', alignItems: 'center', gap: 1.5, mb: 1.5}}>
				<LinearProgress
					aria-label={`Progress of the scan of ${scan.kind}`} sx={{flex: 1, height: 8, borderRadius: 1}}
					{...(known ? {variant: 'determinate', value: scan.percent} : {})}
				/>
				<Box component="span" sx={{fontWeight: 650, fontVariantNumeric: 'tabular-nums', minWidth: '3rem', textAlign: 'right'}}>{known ? `${scan.percent} %` : ''}</Box>
			</Box>
			<Facts
				facts={[
					['Seen', seen],
					['Rate', rateText(rate, scan.kind)],
					['Time left', scan.seconds_left > 0 ? `about ${duration(scan.seconds_left)}` : scan.percent >= 99 ? 'nearly done' : 'not known yet'],
					['Now at', scan.current === null || scan.current === '' ? null : <Name>{scan.current}</Name>],
					['Problems', scan.errors === 0 ? null : count(scan.errors)],
					['Started', <>
						<Time iso={new Date(scan.started * 1000).toISOString()} />{scan.requested_by === 'schedule' ? ', by the schedule' : ''}
					</>],
				]}
			/>
			{asking && <CancelDialog scan={scan} onClose={() => setAsking(false)} />}
		</Section>
	);
}
