// ScanStateChip.tsx - how a scan stands, as icon, word and colour.
import {ErrorIcon, ExemptIcon, GoodIcon, ScansIcon, WarningIcon} from './icons.tsx';
import {SCAN_STATE_WORDS, type ScanState} from './scans.ts';

const LOOKS = {
	running: [ScansIcon, 'unknown'], succeeded: [GoodIcon, 'green'], failed: [ErrorIcon, 'red'], cancelled: [ExemptIcon, 'exempt'], interrupted: [WarningIcon, 'yellow'],
} as const;

export function ScanStateChip({state}: {state: ScanState}) {
	const [Icon, tone] = LOOKS[state];
	return <span className={`status-chip ${tone}`}><Icon />{SCAN_STATE_WORDS[state]}</span>;
}
