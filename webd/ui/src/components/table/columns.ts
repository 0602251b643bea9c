// columns.ts - what a table shows: the columns of a list of the API, and which of them are hidden.
import {type ReactNode, useCallback, useMemo, useState} from 'react';
import type {Gets} from '../../api/types.ts';
import type {Sized} from './widths.ts';

type MemberRow<T> = T extends readonly (infer R)[] ? (R extends object ? R : never) : never;
/** The rows of an answer: those of its one member that is a list of objects. */
type RowOfAnswer<A> = MemberRow<A[Exclude<keyof A, 'counts'>]>;
/** GET paths that answer a list by pages. */
export type ListPath = {[P in keyof Gets]: Gets[P]['query'] extends {cursor?: string} ? P : never}[keyof Gets];
export type RowOf<P extends ListPath> = RowOfAnswer<Gets[P]['answer']>;

export interface Column<R> extends Sized {
	/** The name in the API: what it sorts by. */
	field: keyof R & string;
	header: string;
	align?: 'left' | 'right';
	/** The API cannot sort by it. */
	unsortable?: boolean;
	/** Hidden until it is chosen. */
	hidden?: boolean;
	/** Default: the value as it is. */
	render?: (row: R) => ReactNode;
}

export function cell<R>(column: Column<R>, row: R): ReactNode {
	return column.render === undefined ? String(row[column.field] ?? '') : column.render(row);
}

export type Visibility = Record<string, boolean>;

function stored(key: string): Visibility {
	try {
		const value: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
		return typeof value === 'object' && value !== null ? (value as Visibility) : {};
	} catch {
		return {}; // not ours, or storage is forbidden
	}
}

/** Which columns are shown, kept in this browser under the table's name. */
export function useVisibility<R>(name: string, columns: readonly Column<R>[]): [Visibility, (change: Visibility) => void] {
	const key = `columns.${name}`;
	const [chosen, setChosen] = useState(() => stored(key));
	const change = useCallback((next: Visibility) => {
		setChosen(next);
		try {
			localStorage.setItem(key, JSON.stringify(next));
		} catch {
			// for this visit only, then
		}
	}, [key]);
	const all = useMemo(() => Object.fromEntries(columns.map((column) => [column.field, chosen[column.field] ?? column.hidden !== true])), [columns, chosen]);
	return [all, change];
}
