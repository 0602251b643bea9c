// useSettings.ts - the settings that are being edited: what was read, what is typed, what somebody else saved meanwhile, and saving.
import {useCallback, useState} from 'react';
import {ApiError, send} from '../../api/client.ts';
import type {ConfigAnswer} from '../../api/types.ts';
import {size} from './checks.ts';
import {changes, type Form, type FormKey, formOf, inputOf, merged} from './form.ts';

export interface ServerProblem {
	field: string;
	message: string;
}
/** A change of some settings, made from those as they are when it comes to it. */
export type Edit = (form: Form) => Partial<Form>;

interface State {
	base: ConfigAnswer; // what the edit began from
	read: Form; // of base
	form: Form; // as typed
	latest: ConfigAnswer; // what the server said last
}

function begin(answer: ConfigAnswer): State {
	const form = formOf(answer.config);
	return {base: answer, read: form, form, latest: answer};
}

export interface Settings {
	base: ConfigAnswer;
	form: Form;
	changed: readonly FormKey[];
	/** What somebody else changed since, while there are changes here; null: nothing. */
	theirs: readonly FormKey[] | null;
	change: (edit: Edit) => void;
	discard: () => void;
	/** Takes theirs and puts what was typed on top. */
	merge: () => void;
	/** The warnings of the answer; null: it was not saved, and problem or theirs says why. */
	save: () => Promise<string[] | null>;
	saving: boolean;
	problem: ServerProblem | null;
}

export function useSettings(data: ConfigAnswer, refetch: () => void): Settings {
	const [state, setState] = useState(() => begin(data));
	const [problem, setProblem] = useState<ServerProblem | null>(null);
	const [saving, setSaving] = useState(false);
	const [seen, setSeen] = useState(data);
	const changed = changes(state.read, state.form);

	if (data !== seen) {
		setSeen(data);
		setState(data.revision !== state.base.revision && changed.length === 0 ? begin(data) : {...state, latest: data});
	}
	const change = useCallback((edit: Edit) => {
		setProblem(null);
		setState((now) => ({...now, form: {...now.form, ...edit(now.form)}}));
	}, []);
	const save = async () => {
		setSaving(true);
		setProblem(null);
		try {
			const answer = await send('PUT /api/config', {body: inputOf(state.form, size), ifMatch: state.base.revision});
			setState(begin(answer));
			return answer.warnings ?? [];
		} catch (error) {
			if (error instanceof ApiError && error.code === 'conflict') {
				refetch();
			} else {
				setProblem(error instanceof ApiError ? {field: error.field ?? '', message: error.message} : {field: '', message: String(error)});
			}
			return null;
		} finally {
			setSaving(false);
		}
	};
	return {
		base: state.base, form: state.form, changed, change, save, saving, problem,
		theirs: state.latest.revision !== state.base.revision && changed.length > 0 ? changes(state.read, formOf(state.latest.config)) : null,
		discard: () => {
			setProblem(null);
			setState(begin(state.latest));
		},
		merge: () => {
			setProblem(null);
			setState(({read, form, latest}) => {
				const theirs = begin(latest);
				return {...theirs, form: merged(read, form, theirs.form)};
			});
		},
	};
}
