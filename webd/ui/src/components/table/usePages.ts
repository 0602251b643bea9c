// usePages.ts - walks a list of the API page by page, with the cursors that it gave on the way.
import {useEffect, useRef, useState} from 'react';
import {type ApiError, type Query, urlOf} from '../../api/client.ts';
import {useQuery} from '../../api/query.ts';
import type {ListPath, RowOf} from './columns.ts';

export const PAGE_ROWS = 100;

export interface Pages<R> {
	rows: readonly R[];
	/** How many rows the filters leave, on all pages. */
	total: number;
	/** Of the rows that are shown. */
	page: number;
	hasNext: boolean;
	toPage: (page: number) => void;
	/** Nothing has come yet. */
	loading: boolean;
	/** What is shown belongs to an older question; or it is being asked for again. */
	fetching: boolean;
	error: ApiError | undefined;
	refetch: () => void;
}

interface Walk {
	question: string;
	page: number;
	/** By page; undefined for the first. */
	cursors: readonly (string | undefined)[];
}

export interface ListAnswer {
	total?: number;
	next?: string | null;
}

export function rowsOf<R>(answer: object | undefined): readonly R[] {
	return (Object.values(answer ?? {}).find(Array.isArray) ?? []) as R[];
}

/** query: filters, sort and order. */
export function usePages<P extends ListPath>(path: P, query: Query, id?: number): Pages<RowOf<P>> {
	const question = urlOf(path, {id, query});
	const [walk, setWalk] = useState<Walk>({question, page: 0, cursors: [undefined]});
	const now = walk.question === question ? walk : {question, page: 0, cursors: [undefined]};
	const asked = useQuery(path, {id, query: {...query, limit: PAGE_ROWS, cursor: now.cursors[now.page]}});
	const answer = asked.data as ListAnswer | undefined;

	// Until the new answer comes, the old one stays: a table that blinks cannot be read.
	const kept = useRef<{answer: ListAnswer; page: number}>(undefined);
	useEffect(() => {
		kept.current = answer === undefined ? kept.current : {answer, page: now.page};
	}, [answer, now.page]);

	// The server forgets cursors when the data has changed under them: then the first page is asked for.
	const {error} = asked;
	useEffect(() => {
		if (error?.field === 'cursor') {
			setWalk({question, page: 0, cursors: [undefined]});
		}
	}, [error, question]);

	const shown = answer ?? (error === undefined ? kept.current?.answer : undefined);
	const next = answer?.next ?? undefined;
	return {
		rows: rowsOf<RowOf<P>>(shown),
		total: shown?.total ?? 0,
		page: answer === undefined && error === undefined ? (kept.current?.page ?? now.page) : now.page,
		hasNext: next !== undefined,
		toPage(page) {
			if (page < now.page || (page === now.page + 1 && next !== undefined)) {
				setWalk({question, page, cursors: page <= now.page ? now.cursors : [...now.cursors.slice(0, page), next]});
			}
		},
		loading: shown === undefined && error === undefined,
		fetching: asked.fetching || (answer === undefined && error === undefined),
		error: answer === undefined ? error : undefined,
		refetch: asked.refetch,
	};
}
