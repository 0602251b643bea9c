// Grid.tsx - the table on a wide window: MUI's DataGrid, which leaves paging and sorting to the server.
import {
	DataGrid, type GridColDef, type GridEventListener, type GridRowClassNameParams, type GridRowModel, type GridRowSelectionModel, type GridRowsProp, type GridSortModel, useGridApiRef,
} from '@mui/x-data-grid';
import {memo, type RefObject, useLayoutEffect, useMemo, useRef, useState} from 'react';
import {nonce} from '../../nonce.ts';
import {STATUSES} from '../status.ts';
import {cell, type Column, type ListPath, type RowOf, type Visibility} from './columns.ts';
import type {DataTableProps} from './DataTable.tsx';
import {slots} from './slots.tsx';
import {PAGE_ROWS, type Pages} from './usePages.ts';

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
const SIZES = [PAGE_ROWS];
const ORDERS = ['asc', 'desc'] as const; // a third click turns the order again, where the grid would take it away
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

/** What the grid shows, told to the grid itself: a changed property draws every cell, and what follows from new rows draws them again. */
function useShown<P extends ListPath>({rows, total, page, sortField, sortOrder}: GridProps<P>) {
	const api = useGridApiRef();
	const [first] = useState(() => ({
		rows: rows as unknown as GridRowsProp,
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
			api.current?.setRows(rows as unknown as GridRowModel[]);
		}
	}, [api, rows, total, page, sortField, sortOrder]);
	return {api, first};
}

function Grid<P extends ListPath>(props: GridProps<P>) {
	const {live, name, columns, total, chosen, opens, visibility, onVisibility} = props;
	const {api, first} = useShown(props);
	const definitions = useMemo(() => columns.map((column): GridColDef => ({
		field: column.field,
		headerName: column.header,
		sortable: column.unsortable !== true,
		...(column.width === undefined ? {} : column.flex === undefined ? {width: column.width} : {minWidth: column.width}),
		...(column.flex === undefined ? {} : {flex: column.flex}),
		...(column.align === undefined ? {} : {align: column.align, headerAlign: column.align}),
		renderCell: ({row}) => cell(column, row as RowOf<P>),
	})), [columns]);
	const selectionModel = useMemo((): GridRowSelectionModel => ({type: 'include', ids: new Set(chosen)}), [chosen]);
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
		choose: ({ids}: GridRowSelectionModel) => live.current.table.selection?.onChange([...ids].map(Number)),
		toPage({page}: {page: number}) {
			if (page !== live.current.pages.page) {
				live.current.pages.toPage(page);
			}
		},
		id: (row: unknown) => live.current.table.rowId(row as RowOf<P>),
		look({row}: GridRowClassNameParams) {
			const {rowStatus, onOpen} = live.current.table;
			return `${rowStatus === undefined ? '' : `row-${rowStatus(row as RowOf<P>)}`} ${onOpen === undefined ? '' : 'opens'}`;
		},
	}), [live]);
	return (
		<DataGrid
			apiRef={api} nonce={nonce} sx={looks} slots={slots} label={name} rowHeight={ROW_HEIGHT} columnHeaderHeight={ROW_HEIGHT}
			rows={first.rows} initialState={first.state} columns={definitions} getRowId={does.id}
			paginationMode="server" pageSizeOptions={SIZES} onPaginationModelChange={does.toPage} hideFooter={total <= PAGE_ROWS}
			sortingMode="server" sortingOrder={ORDERS} onSortModelChange={does.sort}
			columnVisibilityModel={visibility} onColumnVisibilityModelChange={onVisibility} disableColumnFilter disableRowSelectionOnClick
			checkboxSelection={chosen !== undefined} disableRowSelectionExcludeModel keepNonExistentRowsSelected
			rowSelectionModel={selectionModel} onRowSelectionModelChange={does.choose}
			getRowClassName={does.look} onCellKeyDown={does.byEnter} {...(opens ? {onRowClick: does.open} : {})}
		/>
	);
}

export default memo(Grid);
