// Reachable.tsx - whether the last scan reached a server, as icon and word.
import type {Server} from '../../api/types.ts';
import {ErrorIcon, GoodIcon, UnknownIcon} from '../icons.tsx';

export function Reachable({server: {is_reachable: up}}: {server: Pick<Server, 'is_reachable'>}) {
	if (up === null) {
		return <span className="sign soft"><UnknownIcon />Never scanned</span>;
	}
	return up ? <span className="sign good"><GoodIcon />Reachable</span> : <span className="sign bad"><ErrorIcon />Not reached</span>;
}
