// DataTable.tsx - a list of the API as a table in server mode; on phones as cards, in print as a plain table.
import Box from '@mui/material/Box';
import useMediaQuery from '@mui/material/useMediaQuery';
import {type ReactNode, Suspense, useLayoutEffect, useRef, useState} from 'react';
import type {Query} from '../../api/client.ts';
import {counted} from '../../format/size.ts';
import {late} from '../../late.tsx';
import {Busy} from '../Busy.tsx';
import {ErrorState, LoadingState} from '../states.tsx';
import type {Status} from '../status.ts';
import {Cards} from './Cards.tsx';
import {type Column, type ListPath, type RowOf, useVisibility} from './columns.ts';
import {PrintButton, PrintTable} from './PrintTable.tsx';
import {TableMenus} from './TableMenus.tsx';
import {totalWords, UNCOUNTED, usePages} from './usePages.ts';

const Grid = late(() => import('./Grid.tsx')); // MUI's DataGrid is large

export interface Sort {
	field: string;
	order: 'asc' | 'desc';
}

export interface DataTableProps<P extends ListPath> {
	/** Under this name the choice of columns is kept; also what a screen reader calls it. */
	name: string;
	path: P;
	/** {id} in the path. */
	id?: number;
	/** By the names of the API. */
	filters?: Query;
	columns: readonly Column<RowOf<P>>[];
	sort: Sort;
	onSort: (sort: Sort) => void;
	rowId: (row: RowOf<P>) => number;
	/** Opens a row: by click, by Enter. */
	onOpen?: (row: RowOf<P>) => void;
	/** Its colour tints the row. */
	rowStatus?: (row: RowOf<P>) => Status;
	/** A row on a phone. */
	card: (row: RowOf<P>) => ReactNode;
	/** What stands there when there is no row. */
	empty: ReactNode;
	/** "/api/servers": exports "/api/servers.csv" and ".xlsx" with the same filters. */
	exportPath?: string;
	/** Search and filters, above the table. */
	toolbar?: ReactNode;
	/** Rows can be chosen, where the window is wide: by id. */
	selection?: {ids: readonly number[]; onChange: (ids: readonly number[]) => void};
	/** A button prints the whole filtered view; `filters` says in words what it leaves. */
	print?: {filters: string};
	/** What the rows are: "server", "servers". */
	noun: readonly [string, string];
}

export function DataTable<P extends ListPath>(props: DataTableProps<P>) {
	const {name, path, id, filters = {}, columns, sort, empty, exportPath, toolbar, noun, print, selection, onOpen} = props;
	const wide = useMediaQuery('(min-width:900px)', {noSsr: true});
	const [visibility, setVisibility] = useVisibility(name, columns);
	const query: Query = {...filters, sort: sort.field, order: sort.order};
	const pages = usePages(path, query, id);
	const [printing, setPrinting] = useState(false);
	const live = useRef({table: props, pages});
	useLayoutEffect(() => {
		live.current = {table: props, pages};
	});
	const summary = pages.loading ? ' ' : totalWords(pages, (total) => counted(total, noun[0], noun[1]));

	const body = () => {
		if (pages.error !== undefined) {
			return <ErrorState error={pages.error} retry={pages.refetch} />;
		}
		if (pages.loading) {
			return <LoadingState lines={8} />;
		}
		if (pages.rows.length === 0) {
			return empty;
		}
		if (!wide) {
			return <Cards table={props} pages={pages} />;
		}
		return (
			<Suspense fallback={<LoadingState lines={8} />}>
				<Grid
					live={live as never} name={name} columns={columns as never} rows={pages.rows as never} total={pages.counting ? UNCOUNTED : pages.total} page={pages.page}
					sortField={sort.field} sortOrder={sort.order}
					chosen={selection?.ids} opens={onOpen !== undefined} visibility={visibility} onVisibility={setVisibility}
				/>
			</Suspense>
		);
	};
	return (
		<Box sx={{display: 'flex', flexDirection: 'column', flex: 1, minHeight: 0, gap: 1.25}}>
			<Box className="screen-only" sx={{display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1.25}}>
				{toolbar}
				<Box sx={{display: 'flex', alignItems: 'center', gap: 1.25, ml: 'auto'}}>
					<Box role="status" sx={{color: 'text.secondary', fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap'}}>{summary}</Box>
					<TableMenus columns={columns} visibility={visibility} onVisibility={setVisibility} wide={wide} exportPath={exportPath} query={query} />
					{print !== undefined && <PrintButton busy={printing} onPrint={() => setPrinting(true)} />}
				</Box>
			</Box>
			<Box className="screen-only" sx={{position: 'relative', flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column'}}>
				{pages.fetching && !pages.loading && <Busy />}
				{body()}
			</Box>
			<PrintTable
				path={path} query={query} id={id} columns={columns.filter((column) => visibility[column.field])} shown={pages} rowId={props.rowId}
				about={print?.filters ?? ''} noun={noun} whole={printing} onPrinted={() => setPrinting(false)}
			/>
		</Box>
	);
}
