// Allowed.tsx - shows what needs a role to those who have it: what one may not do is not offered.
import type {ReactNode} from 'react';
import {useMay} from '../api/session.ts';

export function Allowed({role, children}: {role: 'operator' | 'admin'; children: ReactNode}) {
	return useMay(role) ? children : null;
}
