// Grid.tsx - the table on a wide window: MUI's DataGrid, which leaves paging and sorting to the server.
import {DataGrid, type GridColDef, type GridEventListener, type GridRowClassNameParams, type GridRowSelectionModel, type GridRowsProp, type GridSortModel} from '@mui/x-data-grid';
import {memo, type RefObject, useMemo} from 'react';
import {nonce} from '../../nonce.ts';
import {STATUSES} from '../status.ts';
import {cell, type Column, type ListPath, type RowOf, type Visibility} from './columns.ts';
import type {DataTableProps} from './DataTable.tsx';
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

function Grid<P extends ListPath>({live, name, columns, rows, total, page, sortField, sortOrder, chosen, opens, visibility, onVisibility}: GridProps<P>) {
	const definitions = useMemo(() => columns.map((column): GridColDef => ({
		field: column.field,
		headerName: column.header,
		sortable: column.unsortable !== true,
		...(column.width === undefined ? {} : column.flex === undefined ? {width: column.width} : {minWidth: column.width}),
		...(column.flex === undefined ? {} : {flex: column.flex}),
		...(column.align === undefined ? {} : {align: column.align, headerAlign: column.align}),
		renderCell: ({row}) => cell(column, row as RowOf<P>),
	})), [columns]);
	// The grid takes a new object for a change, and a change of the order leads back to the first page.
	const sortModel = useMemo((): GridSortModel => [{field: sortField, sort: sortOrder}], [sortField, sortOrder]);
	const paginationModel = useMemo(() => ({page, pageSize: PAGE_ROWS}), [page]);
	const selectionModel = useMemo((): GridRowSelectionModel => ({type: 'include', ids: new Set(chosen)}), [chosen]);
	const does = useMemo(() => ({
		open: (row: RowOf<P>) => live.current.table.onOpen?.(row),
		byEnter: (({row}, event) => {
			if (event.key === 'Enter' && live.current.table.onOpen !== undefined) {
				event.defaultMuiPrevented = true;
				live.current.table.onOpen(row as RowOf<P>);
			}
		}) satisfies GridEventListener<'cellKeyDown'>,
		// The third click on a header takes the sort away: the direction turns instead.
		sort([first]: GridSortModel) {
			const {sort, onSort} = live.current.table;
			onSort(first === undefined ? {field: sort.field, order: sort.order === 'asc' ? 'desc' : 'asc'} : {field: first.field, order: first.sort ?? 'asc'});
		},
		choose: ({ids}: GridRowSelectionModel) => live.current.table.selection?.onChange([...ids].map(Number)),
		toPage: ({page: to}: {page: number}) => live.current.pages.toPage(to),
		id: (row: unknown) => live.current.table.rowId(row as RowOf<P>),
		look({row}: GridRowClassNameParams) {
			const {rowStatus, onOpen} = live.current.table;
			return `${rowStatus === undefined ? '' : `row-${rowStatus(row as RowOf<P>)}`} ${onOpen === undefined ? '' : 'opens'}`;
		},
	}), [live]);
	return (
		<DataGrid
			nonce={nonce} sx={looks} label={name} rowHeight={ROW_HEIGHT} columnHeaderHeight={ROW_HEIGHT}
			rows={rows as unknown as GridRowsProp} columns={definitions} getRowId={does.id}
			paginationMode="server" rowCount={total} pageSizeOptions={SIZES} paginationModel={paginationModel}
			onPaginationModelChange={does.toPage} hideFooter={total <= PAGE_ROWS}
			sortingMode="server" sortModel={sortModel} onSortModelChange={does.sort}
			columnVisibilityModel={visibility} onColumnVisibilityModelChange={onVisibility} disableColumnFilter disableRowSelectionOnClick
			checkboxSelection={chosen !== undefined} disableRowSelectionExcludeModel keepNonExistentRowsSelected
			rowSelectionModel={selectionModel} onRowSelectionModelChange={does.choose}
			getRowClassName={does.look} onCellKeyDown={does.byEnter} {...(opens ? {onRowClick: ({row}) => does.open(row as RowOf<P>)} : {})}
		/>
	);
}

export default memo(Grid);
