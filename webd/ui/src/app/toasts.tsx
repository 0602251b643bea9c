// toasts.tsx - short messages that go by themselves: what was done, what has ended, what failed.
import Alert, {type AlertColor} from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Snackbar from '@mui/material/Snackbar';
import {createPortal} from 'react-dom';
import {Store, useStore} from '../api/store.ts';
import {useTopDialog} from './topDialog.ts';

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

function Message({toast: {id, message, severity, action}}: {toast: Toast}) {
	const close = () => queue.set(queue.get().slice(1));
	const act = () => {
		close();
		action?.run();
	};
	return (
		<Snackbar
			key={id} open anchorOrigin={{vertical: 'bottom', horizontal: 'center'}} autoHideDuration={severity === 'error' || action !== undefined ? LONG_LASTS_MS : LASTS_MS}
			onClose={(_, reason) => {
				if (reason !== 'clickaway') {
					close();
				}
			}}>
			<Alert severity={severity} variant="standard" onClose={close} closeText="Hide the message" elevation={6} sx={{border: 1, borderColor: 'divider'}}>
				{message}
				{action !== undefined && <Button color="inherit" sx={{ml: 1, my: -.5}} onClick={act}>{action.label}</Button>}
			</Alert>
		</Snackbar>
	);
}

/** A message that comes while a dialog or drawer is open stands inside of it: everything else is hidden from screen readers then, and no key leads out. */
export function ToastHost() {
	const [first] = useStore(queue);
	const dialog = useTopDialog(first !== undefined);
	const shown = first !== undefined && <Message toast={first} />;
	return dialog === null ? <div aria-live="polite">{shown}</div> : createPortal(<div aria-live="polite">{shown}</div>, dialog);
}
