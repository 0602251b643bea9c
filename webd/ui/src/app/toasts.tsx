// toasts.tsx - short messages that go by themselves: what was done, what has ended, what failed.
import Alert, {type AlertColor} from '@mui/material/Alert';
import Snackbar from '@mui/material/Snackbar';
import {Store, useStore} from '../api/store.ts';

interface Toast {
	id: number;
	message: string;
	severity: AlertColor;
}

const LASTS_MS = 6000;
const ERROR_LASTS_MS = 15_000;
const queue = new Store<readonly Toast[]>([]);
let lastId = 0;

/** One after the other, whoever calls. */
export function toast(message: string, severity: AlertColor = 'success'): void {
	lastId++;
	queue.set([...queue.get(), {id: lastId, message, severity}]);
}

export function ToastHost() {
	const [first] = useStore(queue);
	const close = () => queue.set(queue.get().slice(1));
	return (
		<div aria-live="polite">
			{first !== undefined && (
				<Snackbar
					key={first.id} open anchorOrigin={{vertical: 'bottom', horizontal: 'center'}} autoHideDuration={first.severity === 'error' ? ERROR_LASTS_MS : LASTS_MS}
					onClose={(_, reason) => {
						if (reason !== 'clickaway') {
							close();
						}
					}}>
					<Alert severity={first.severity} variant="standard" onClose={close} elevation={6} sx={{border: 1, borderColor: 'divider'}}>{first.message}</Alert>
				</Snackbar>
			)}
		</div>
	);
}
