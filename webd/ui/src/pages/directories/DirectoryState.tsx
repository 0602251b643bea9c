// DirectoryState.tsx - whether a directory is there and could be read, as icon, word and colour.
import type {ScannedDirectory} from '../../api/types.ts';
import {ErrorIcon, ExemptIcon, GoodIcon, WarningIcon} from '../../components/icons.tsx';

const LOOKS = {
	available: ['Available', GoodIcon, 'green'],
	unavailable: ['Not available', ErrorIcon, 'red'],
	changed: ['Changed', ErrorIcon, 'red'],
	lost: ['Mount lost', WarningIcon, 'yellow'],
	partly: ['Partly read', WarningIcon, 'yellow'],
	unscanned: ['Not scanned yet', ExemptIcon, 'exempt'],
} as const;

function stateOf(directory: ScannedDirectory): keyof typeof LOOKS {
	if (!directory.available) {
		return directory.changed ? 'changed' : 'unavailable';
	}
	if (directory.last_try === null) {
		return 'unscanned';
	}
	return directory.lost_mounts > 0 ? 'lost' : directory.unreadable > 0 ? 'partly' : 'available';
}

export function DirectoryState({directory}: {directory: ScannedDirectory}) {
	const [word, Icon, tone] = LOOKS[stateOf(directory)];
	return <span className={`status-chip ${tone}`}><Icon />{word}</span>;
}
