// ServerLink.tsx - a server's name as a link that opens its drawer on the page where it stands, also in another window.
import type {Server} from '../../api/types.ts';
import {Link, number, withSearch} from '../../router.tsx';
import {Name} from '../Name.tsx';

/** The open drawer, in the address. */
export const OPEN_SERVER = {server: number};

export function ServerLink({server}: {server: Pick<Server, 'id' | 'hostname'>}) {
	return (
		<Link className="row-link" href={withSearch(OPEN_SERVER, {server: server.id})} onClick={(event) => event.stopPropagation()}><Name>{server.hostname}</Name></Link>
	);
}
