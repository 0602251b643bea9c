// ScanButton.tsx - starts a scan and shows how far it is; what went wrong, and the end, are told as a sentence.
import Box from '@mui/material/Box';
import Button, {type ButtonProps} from '@mui/material/Button';
import LinearProgress from '@mui/material/LinearProgress';
import {useState} from 'react';
import {type Live, live, type ScanKind} from '../api/events.ts';
import {useMay} from '../api/session.ts';
import {useStore} from '../api/store.ts';
import {progressText, tryScan} from './scans.ts';

/** Why no scan can be started now; undefined: one can. */
export function whyNoScan({connection, scannerd, running}: Live, kind: ScanKind): string | undefined {
	if (connection === 'lost') {
		return 'The connection to the server is lost.';
	}
	if (connection === 'open' && !scannerd) {
		return 'scannerd does not run.';
	}
	return running[kind] !== null ? `A scan of ${kind} runs.` : undefined;
}

interface ScanButtonProps extends ButtonProps {
	kind: ScanKind;
	/** Only this part of what is configured, with a label of its own. */
	only?: string;
	label?: string;
}

export function ScanButton({kind, only, label, ...rest}: ScanButtonProps) {
	const now = useStore(live);
	const [asking, setAsking] = useState(false);
	const may = useMay('operator');
	const scan = only === undefined ? now.running[kind] : null; // the progress of the whole is shown once

	const start = async () => {
		setAsking(true);
		await tryScan(kind, only === undefined ? undefined : {only: [only]});
		setAsking(false);
	};
	if (!may) {
		return null;
	}
	return (
		<Box component="span" title={scan === null ? whyNoScan(now, kind) : undefined} sx={{position: 'relative', display: 'inline-flex'}}>
			<Button variant="outlined" {...rest} disabled={now.running[kind] !== null || !now.scannerd} loading={asking} onClick={() => void start()}>
				{scan === null ? (label ?? `Scan ${kind}`) : `Scanning ${kind}: ${progressText(scan)}`}
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
