// ScanButton.tsx - starts a scan and shows how far it is; what went wrong, and the end, are told as a sentence.
import Box from '@mui/material/Box';
import Button, {type ButtonProps} from '@mui/material/Button';
import LinearProgress from '@mui/material/LinearProgress';
import {useState} from 'react';
import {ApiError, send, sentence} from '../api/client.ts';
import {live, onScanEnded, type ScanKind} from '../api/events.ts';
import {useStore} from '../api/store.ts';
import type {ScanProgress} from '../api/types.ts';
import {toast} from '../app/toasts.tsx';
import {count, counted} from '../format/size.ts';

/** "12,300 files, 40 %" */
export function progressText(scan: ScanProgress): string {
	const seen = scan.kind === 'servers' ? `${counted(scan.hosts, 'address', 'addresses')}, ${count(scan.hosts_up)} up` : counted(scan.files, 'file');
	return scan.percent >= 0 ? `${seen}, ${scan.percent} %` : seen;
}

// Scans that this page started: their end is told wherever the person is by then. A short one ends before its number is known.
const ENDS_KEPT = 10;
const mine = new Set<number>();
let ends: readonly ScanProgress[] = [];

function tellEnds(): void {
	for (const {scan, kind, state, message} of ends.filter((end) => mine.delete(end.scan))) {
		const result = message === null ? '' : ` ${sentence(message)}`;
		if (state === 'succeeded') {
			toast(`The scan of ${kind} is done.${result}`);
		} else {
			toast(`The scan of ${kind} ${state === 'failed' ? 'has failed' : `was ${state}`}.${result}`, state === 'failed' ? 'error' : 'warning');
		}
		ends = ends.filter((end) => end.scan !== scan);
	}
}
onScanEnded((scan) => {
	ends = [...ends, scan].slice(-ENDS_KEPT);
	tellEnds();
});

export function ScanButton({kind, ...rest}: {kind: ScanKind} & ButtonProps) {
	const {running, scannerd, connection} = useStore(live);
	const [asking, setAsking] = useState(false);
	const scan = running[kind];

	const start = async () => {
		setAsking(true);
		try {
			const answer = await send(`POST /api/scan/${kind}`);
			mine.add(answer.scan.id);
			tellEnds();
		} catch (error) {
			toast(error instanceof ApiError ? error.message : String(error), 'error');
		} finally {
			setAsking(false);
		}
	};
	const why = connection === 'lost' ? 'The connection to the server is lost.' : connection === 'open' && !scannerd ? 'scannerd does not run.' : undefined;
	return (
		<Box component="span" title={why} sx={{position: 'relative', display: 'inline-flex'}}>
			<Button variant="outlined" {...rest} disabled={scan !== null || !scannerd} loading={asking} onClick={() => void start()}>
				{scan === null ? `Scan ${kind}` : `Scanning ${kind}: ${progressText(scan)}`}
			</Button>
			{scan !== null && (
				<LinearProgress
					aria-label={`Progress of the scan of ${kind}`} sx={{position: 'absolute', left: 2, right: 2, bottom: 1, height: 3, borderRadius: 1}}
					{...(scan.percent >= 0 ? {variant: 'determinate', value: scan.percent} : {})}
				/>
			)}
		</Box>
	);
}
