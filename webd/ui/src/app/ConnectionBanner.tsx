// ConnectionBanner.tsx - says when the server or scannerd cannot be reached, and how old what is shown is.
import Alert from '@mui/material/Alert';
import {live} from '../api/events.ts';
import {useStore} from '../api/store.ts';
import {OfflineIcon} from '../components/icons.tsx';
import {useNow} from '../components/Time.tsx';
import {relativeTime} from '../format/time.ts';

export function ConnectionBanner() {
	const {connection, scannerd, heard} = useStore(live);
	const now = useNow();
	if (connection === 'lost') {
		return (
			<Alert severity="error" icon={<OfflineIcon />} role="alert" square className="screen-only">
				{`The connection to the server is lost. What you see is from ${relativeTime(heard, Math.max(now, heard))}. Trying again.`}
			</Alert>
		);
	}
	if (connection === 'open' && !scannerd) {
		return (
			<Alert severity="warning" role="status" square className="screen-only">
				scannerd does not run. You see the last known state; nothing can be scanned or changed now. To start it: systemctl start scannerd.
			</Alert>
		);
	}
	return null;
}
