// usePages.ts - walks a list of the API page by page, with the cursors that it gave on the way.
import {useEffect, useState} from 'react';
import {type ApiError, type Query, urlOf} from '../../api/client.ts';
import {useQuery} from '../../api/query.ts';
import {count} from '../../format/size.ts';
import {useLast} from '../useLast.ts';
import type {ListPath, RowOf} from './columns.ts';

export const PAGE_ROWS = 100;
/** The number of rows, as the grid has it while nobody knows it. */
export const UNCOUNTED = -1;

export interface Pages<R> {
	rows: readonly R[];
	/** How many rows the filters leave, on all pages; while they are being counted, how many there are at least. */
	total: number;
	counting: boolean;
	/** There is more than one page. */
	paged: boolean;
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

/** "1,000 files", or "more than 100 files" while they are being counted. */
export function totalWords({total, counting}: Pages<unknown>, words: (total: number) => string = count): string {
	return `${counting ? 'more than ' : ''}${words(total)}`;
}

/** What a page of a list is asked for with. Its rows come without their number where that would take another look at all of them. */
export function pageOf(query: Query, cursor?: string): Query {
	return {...query, limit: PAGE_ROWS, cursor, total: 'cheap'};
}

/** query: filters, sort and order. */
export function usePages<P extends ListPath>(path: P, query: Query, id?: number): Pages<RowOf<P>> {
	const question = urlOf(path, {id, query});
	const [walk, setWalk] = useState<Walk>({question, page: 0, cursors: [undefined]});
	const now = walk.question === question ? walk : {question, page: 0, cursors: [undefined]};
	const asked = useQuery(path, {id, query: pageOf(query, now.cursors[now.page])});
	const answer = asked.data as ListAnswer | undefined;
	const uncounted = answer !== undefined && answer.total === undefined;
	const counted = useQuery(path, uncounted ? {id, query: {...query, sort: undefined, order: undefined, total: 'only'}} : null).data as ListAnswer | undefined;
	const total = answer?.total ?? counted?.total;

	const given = answer === undefined ? undefined : {answer, page: now.page, total};
	const last = useLast(given);

	// The server forgets cursors when the data has changed under them: then the first page is asked for.
	const {error} = asked;
	useEffect(() => {
		if (error?.field === 'cursor') {
			setWalk({question, page: 0, cursors: [undefined]});
		}
	}, [error, question]);

	const shown = error === undefined ? last : given;
	const next = answer?.next ?? undefined;
	const rows = rowsOf<RowOf<P>>(shown?.answer);
	const page = shown?.page ?? now.page;
	const all = shown?.total ?? page * PAGE_ROWS + rows.length;
	const counting = shown !== undefined && shown.total === undefined && (shown.answer.next ?? null) !== null;
	return {
		rows,
		total: all,
		counting,
		paged: counting || all > PAGE_ROWS,
		page,
		hasNext: next !== undefined,
		toPage(to) {
			if (to < now.page || (to === now.page + 1 && next !== undefined)) {
				setWalk({question, page: to, cursors: to <= now.page ? now.cursors : [...now.cursors.slice(0, to), next]});
			}
		},
		loading: shown === undefined && error === undefined,
		fetching: asked.fetching || (answer === undefined && error === undefined),
		error: answer === undefined ? error : undefined,
		refetch: asked.refetch,
	};
}
