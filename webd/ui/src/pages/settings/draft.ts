// draft.ts - what every field of the settings needs: the draft, how it is changed, and what is wrong where.
import {createContext, useContext} from 'react';
import type {Limits} from '../../api/types.ts';
import type {Form} from './form.ts';
import type {Edit} from './useSettings.ts';

export interface Draft {
	form: Form;
	limits: Limits;
	change: (edit: Edit) => void;
	/** They cannot be changed here. */
	readOnly: boolean;
	/** How often somebody tried to save what is wrong: from then on also what is still empty is told. */
	attempts: number;
	/** The sentence of exactly this field. */
	problemOf: (field: string) => string | undefined;
	/** The first one of this field or of something in it: "policies[2]". */
	problemWithin: (field: string) => string | undefined;
}

export const DraftContext = createContext<Draft | null>(null);

export function useDraft(): Draft {
	const draft = useContext(DraftContext);
	if (draft === null) {
		throw new Error('a field of the settings outside of their page');
	}
	return draft;
}
