// Grid.tsx - the table on a wide window: MUI's DataGrid, which leaves paging and sorting to the server.
import {
	DataGrid, GRID_CHECKBOX_SELECTION_COL_DEF, type GridColDef, type GridColumnResizeParams, type GridEventListener, type GridRowClassNameParams, type GridRowSelectionModel,
	type GridSortModel, useGridApiRef,
} from '@mui/x-data-grid';
import {memo, type RefObject, useLayoutEffect, useMemo, useRef, useState} from 'react';
import {nonce} from '../../nonce.ts';
import {STATUSES} from '../status.ts';
import {cell, type Column, type ListPath, type RowOf, type Visibility} from './columns.ts';
import type {DataTableProps} from './DataTable.tsx';
import {slots} from './slots.tsx';
import {PAGE_ROWS, type Pages, UNCOUNTED} from './usePages.ts';
import {useRoom, type Widths, widthsOf} from './widths.ts';

export interface Live<P extends ListPath> {
	table: DataTableProps<P>;
	pages: Pages<RowOf<P>>;
}

/** Only what changes what is drawn: the grid is drawn once for an answer, not also when it is asked for. What happens in it is told to what `live` has then. */
interface GridProps<P extends ListPath> {
	live: RefObject<Live<P>>;
	name: string;
	columns: readonly Column<RowOf<P>>[];
	rows: readonly RowOf<P>[];
	total: number;
	page: number;
	sortField: string;
	sortOrder: 'asc' | 'desc';
	/** undefined: rows cannot be chosen. */
	chosen: readonly number[] | undefined;
	opens: boolean;
	visibility: Visibility;
	onVisibility: (visibility: Visibility) => void;
}

const ROW_HEIGHT = 38;
const [BORDER, CHECK_WIDTH] = [1, GRID_CHECKBOX_SELECTION_COL_DEF.width ?? 0];
const SIZES = [PAGE_ROWS];
const ORDERS = ['asc', 'desc'] as const; // a third click turns the order again, where the grid would take it away
const NOTHING: readonly never[] = [];
const placed = (rows: readonly object[]) => rows.map((row, place): Placed => ({...row, place}));
const placeOf = ({place}: Placed) => place;
const tints = Object.fromEntries(STATUSES.map((status) => [`& .row-${status}`, {backgroundColor: `var(--${status}-row)`}]));
const looks = {
	bgcolor: 'background.paper', borderColor: 'divider', '--DataGrid-rowBorderColor': 'var(--line)',
	borderRadius: 1.5, fontSize: '.8125rem', '--DataGrid-containerBackground': 'var(--mui-palette-background-paper)',
	'& .MuiDataGrid-columnHeaderTitle': {fontWeight: 650},
	'& .MuiDataGrid-cell': {display: 'flex', alignItems: 'center'},
	'& .MuiDataGrid-cell > *': {minWidth: 0},
	'& .MuiDataGrid-cell time': {overflow: 'hidden', textOverflow: 'ellipsis'},
	...tints,
	'& .MuiDataGrid-row.opens': {cursor: 'pointer'},
	'& .MuiDataGrid-row:hover': {backgroundColor: 'var(--mui-palette-action-hover)'},
} as const;

/** A row, and its place on the page: by that the grid knows it. The rows of another answer take the same places, where strange ones would all be drawn anew. */
interface Placed {
	place: number;
}

/** The chosen rows by place; what is chosen on other pages is not lost: by its id, as what is no place. */
function useSelection<P extends ListPath>({live, rows, chosen = NOTHING}: GridProps<P>): GridRowSelectionModel {
	const among = chosen.length === 0 ? NOTHING : rows;
	return useMemo(() => {
		const places = new Map(among.map((row, place) => [live.current.table.rowId(row as RowOf<P>), place]));
		return {type: 'include', ids: new Set(chosen.map((id) => places.get(id) ?? -id))};
	}, [live, among, chosen]);
}

/** What the grid shows, told to the grid itself: with any property that changes it draws every cell, and what follows from new rows draws them again. */
function useShown<P extends ListPath>({rows, total, page, sortField, sortOrder}: GridProps<P>, selection: GridRowSelectionModel) {
	const api = useGridApiRef();
	const [first] = useState(() => ({
		rows: placed(rows),
		state: {sorting: {sortModel: [{field: sortField, sort: sortOrder}]}, pagination: {rowCount: total, paginationModel: {page, pageSize: PAGE_ROWS}}},
	}));
	const shown = useRef(rows);
	useLayoutEffect(() => {
		const [sorted] = api.current?.state.sorting.sortModel ?? [];
		if (sorted?.field !== sortField || sorted.sort !== sortOrder) {
			api.current?.setSortModel([{field: sortField, sort: sortOrder}]);
		}
		api.current?.setRowCount(total);
		api.current?.setPage(page);
		if (shown.current !== rows) {
			shown.current = rows;
			api.current?.setRows(placed(rows));
			api.current?.setRowSelectionModel(selection); // with them, not a moment after
		}
	}, [api, rows, total, page, sortField, sortOrder, selection]);
	return {api, first};
}

interface TableProps<P extends ListPath> extends Pick<GridProps<P>, 'live' | 'name' | 'columns' | 'opens' | 'visibility' | 'onVisibility'>, ReturnType<typeof useShown> {
	room: number;
	selection: GridRowSelectionModel;
	selects: boolean;
	onePage: boolean;
}

/** The grid itself, which is drawn again only for what it cannot be told. */
const Table = memo(function Table<P extends ListPath>({api, first, live, name, columns, opens, visibility, onVisibility, room, selection, selects, onePage}: TableProps<P>) {
	const [chosen, setChosen] = useState<Widths>({});
	const widths = useMemo(
		() => widthsOf(columns, chosen, visibility, room - 2 * BORDER - (selects ? CHECK_WIDTH : 0)), [columns, chosen, visibility, room, selects],
	);
	const definitions = useMemo(() => columns.map((column): GridColDef => ({
		field: column.field,
		headerName: column.header,
		sortable: column.unsortable !== true,
		width: widths[column.field] ?? column.width,
		...(column.align === undefined ? {} : {align: column.align, headerAlign: column.align}),
		renderCell: ({row}) => cell(column, row as RowOf<P>),
	})), [columns, widths]);
	const does = useMemo(() => ({
		open: ({row}: {row: unknown}) => live.current.table.onOpen?.(row as RowOf<P>),
		byEnter: (({row}, event) => {
			if (event.key === 'Enter' && live.current.table.onOpen !== undefined) {
				event.defaultMuiPrevented = true;
				live.current.table.onOpen(row as RowOf<P>);
			}
		}) satisfies GridEventListener<'cellKeyDown'>,
		// The grid tells of what it was told, too.
		sort([first]: GridSortModel) {
			const {sort, onSort} = live.current.table;
			const order = first?.sort ?? 'asc';
			if (first !== undefined && (first.field !== sort.field || order !== sort.order)) {
				onSort({field: first.field, order});
			}
		},
		choose({ids}: GridRowSelectionModel) {
			const {table: {selection, rowId}, pages: {rows}} = live.current;
			selection?.onChange([...ids].map(Number).map((key) => (rows[key] === undefined ? -key : rowId(rows[key]))));
		},
		resize({colDef: {field}, width}: GridColumnResizeParams) {
			setChosen((widths) => ({...widths, [field]: width}));
		},
		toPage({page}: {page: number}) {
			if (page !== live.current.pages.page) {
				live.current.pages.toPage(page);
			}
		},
		look({row}: GridRowClassNameParams) {
			const {rowStatus, onOpen} = live.current.table;
			return `${rowStatus === undefined ? '' : `row-${rowStatus(row as RowOf<P>)}`} ${onOpen === undefined ? '' : 'opens'}`;
		},
	}), [live]);
	return (
		<DataGrid
			apiRef={api} nonce={nonce} sx={looks} slots={slots} label={name} rowHeight={ROW_HEIGHT} columnHeaderHeight={ROW_HEIGHT}
			rows={first.rows} initialState={first.state} columns={definitions} getRowId={placeOf}
			paginationMode="server" pageSizeOptions={SIZES} onPaginationModelChange={does.toPage} hideFooter={onePage}
			sortingMode="server" sortingOrder={ORDERS} onSortModelChange={does.sort}
			columnVisibilityModel={visibility} onColumnWidthChange={does.resize} onColumnVisibilityModelChange={onVisibility} disableColumnFilter disableRowSelectionOnClick
			checkboxSelection={selects} disableRowSelectionExcludeModel keepNonExistentRowsSelected
			rowSelectionModel={selection} onRowSelectionModelChange={does.choose}
			getRowClassName={does.look} onCellKeyDown={does.byEnter} {...(opens ? {onRowClick: does.open} : {})}
		/>
	);
});

function Told<P extends ListPath>({room, ...props}: GridProps<P> & {room: number}) {
	const {live, name, columns, total, chosen, opens, visibility, onVisibility} = props;
	const selection = useSelection(props);
	return (
		<Table
			{...useShown(props, selection)} {...{name, opens, visibility, onVisibility, room, selection}} live={live as never} columns={columns as never}
			selects={chosen !== undefined} onePage={total !== UNCOUNTED && total <= PAGE_ROWS}
		/>
	);
}

function Grid<P extends ListPath>(props: GridProps<P>) {
	const ruler = useRef<HTMLDivElement>(null);
	const room = useRoom(ruler);
	return (
		<>
			<div ref={ruler} className="ruler" />
			{room > 0 && <Told {...props} room={room} />}
		</>
	);
}

export default memo(Grid);
