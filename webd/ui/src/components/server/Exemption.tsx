// Exemption.tsx - why a server is exempt, who says so and until when; or that this has ended.
import Box from '@mui/material/Box';
import type {Server} from '../../api/types.ts';
import {Facts} from '../DetailDrawer.tsx';
import {Name} from '../Name.tsx';
import {Time, useNow} from '../Time.tsx';

/** null: never exempt, or taken back. */
export function exemptionState({exempt_reason: reason, exempt_until: until}: Pick<Server, 'exempt_reason' | 'exempt_until'>, now: number): 'runs' | 'ended' | null {
	return reason === null ? null : until === null || Date.parse(until) >= now ? 'runs' : 'ended';
}

export function Exemption({server}: {server: Server}) {
	const state = exemptionState(server, useNow());
	if (state === null) {
		return null;
	}
	return (
		<Box component="section" aria-label="Exemption" sx={{p: 1.5, border: 1, borderColor: 'divider', borderRadius: 1}}>
			<Box sx={{fontWeight: 650, mb: .75}}>{state === 'runs' ? 'Exempt: it needs no backup.' : 'Its exemption has ended: it is judged again.'}</Box>
			<Facts
				facts={[
					['Reason', <Name wrap key="reason">{server.exempt_reason}</Name>],
					['Said by', server.exempt_author === null || server.exempt_author === '' ? null : <Name wrap>{server.exempt_author}</Name>],
					['Since', <Time key="since" iso={server.exempt_since} never="not known" />],
					[state === 'runs' ? 'Ends' : 'Ended', <Time key="until" iso={server.exempt_until} never="when somebody ends it" />],
				]}
			/>
		</Box>
	);
}
