// toasts.tsx - short messages that go by themselves: what was done, what has ended, what failed.
import Alert, {type AlertColor} from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Snackbar from '@mui/material/Snackbar';
import {Store, useStore} from '../api/store.ts';

/** What can be done about it: "Undo". */
export interface ToastAction {
	label: string;
	run: () => void;
}

interface Toast {
	id: number;
	message: string;
	severity: AlertColor;
	action: ToastAction | undefined;
}

const LASTS_MS = 6000;
const LONG_LASTS_MS = 15_000; // an error, or something to do
const queue = new Store<readonly Toast[]>([]);
let lastId = 0;

/** One after the other, whoever calls. */
export function toast(message: string, severity: AlertColor = 'success', action?: ToastAction): void {
	lastId++;
	queue.set([...queue.get(), {id: lastId, message, severity, action}]);
}

export function ToastHost() {
	const [first] = useStore(queue);
	const close = () => queue.set(queue.get().slice(1));
	const act = (action: ToastAction | undefined) => {
		close();
		action?.run();
	};
	return (
		<div aria-live="polite">
			{first !== undefined && (
				<Snackbar
					key={first.id} open anchorOrigin={{vertical: 'bottom', horizontal: 'center'}} autoHideDuration={first.severity === 'error' || first.action !== undefined ? LONG_LASTS_MS : LASTS_MS}
					onClose={(_, reason) => {
						if (reason !== 'clickaway') {
							close();
						}
					}}>
					<Alert severity={first.severity} variant="standard" onClose={close} elevation={6} sx={{border: 1, borderColor: 'divider'}}>
						{first.message}
						{first.action !== undefined && <Button color="inherit" sx={{ml: 1, my: -.5}} onClick={() => act(first.action)}>{first.action.label}</Button>}
					</Alert>
				</Snackbar>
			)}
		</div>
	);
}
