// Grid.tsx - the table on a wide window: MUI's DataGrid, which leaves paging and sorting to the server.
import {DataGrid, type GridColDef, type GridEventListener, type GridRowClassNameParams, type GridRowSelectionModel, type GridRowsProp, type GridSortModel} from '@mui/x-data-grid';
import {useMemo} from 'react';
import {nonce} from '../../nonce.ts';
import {STATUSES} from '../status.ts';
import {cell, type ListPath, type RowOf, type Visibility} from './columns.ts';
import type {DataTableProps} from './DataTable.tsx';
import {PAGE_ROWS, type Pages} from './usePages.ts';

interface GridProps<P extends ListPath> {
	table: DataTableProps<P>;
	pages: Pages<RowOf<P>>;
	visibility: Visibility;
	onVisibility: (visibility: Visibility) => void;
}

const ROW_HEIGHT = 38;
const NOTHING_CHOSEN: readonly number[] = [];
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

export default function Grid<P extends ListPath>({table, pages, visibility, onVisibility}: GridProps<P>) {
	const {columns, sort, onSort, rowId, onOpen, rowStatus, name, selection} = table;
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
	const sortModel = useMemo((): GridSortModel => [{field: sort.field, sort: sort.order}], [sort.field, sort.order]);
	const paginationModel = useMemo(() => ({page: pages.page, pageSize: PAGE_ROWS}), [pages.page]);
	const byEnter: GridEventListener<'cellKeyDown'> = ({row}, event) => {
		if (event.key === 'Enter' && onOpen !== undefined) {
			event.defaultMuiPrevented = true;
			onOpen(row as RowOf<P>);
		}
	};
	const chosen = selection?.ids ?? NOTHING_CHOSEN;
	const selectionModel = useMemo((): GridRowSelectionModel => ({type: 'include', ids: new Set(chosen)}), [chosen]);
	// The third click on a header takes the sort away: the direction turns instead.
	const changeSort = ([first]: GridSortModel) => onSort(
		first === undefined ? {field: sort.field, order: sort.order === 'asc' ? 'desc' : 'asc'} : {field: first.field, order: first.sort ?? 'asc'});
	return (
		<DataGrid
			nonce={nonce} sx={looks} label={name} rowHeight={ROW_HEIGHT} columnHeaderHeight={ROW_HEIGHT}
			rows={pages.rows as unknown as GridRowsProp} columns={definitions} getRowId={(row) => rowId(row as RowOf<P>)}
			paginationMode="server" rowCount={pages.total} pageSizeOptions={[PAGE_ROWS]} paginationModel={paginationModel}
			onPaginationModelChange={({page}) => pages.toPage(page)} hideFooter={pages.total <= PAGE_ROWS}
			sortingMode="server" sortModel={sortModel} onSortModelChange={changeSort}
			columnVisibilityModel={visibility} onColumnVisibilityModelChange={onVisibility} disableColumnFilter disableRowSelectionOnClick
			checkboxSelection={selection !== undefined} disableRowSelectionExcludeModel keepNonExistentRowsSelected
			rowSelectionModel={selectionModel} onRowSelectionModelChange={({ids}) => selection?.onChange([...ids].map(Number))}
			getRowClassName={({row}: GridRowClassNameParams) => `${rowStatus === undefined ? '' : `row-${rowStatus(row as RowOf<P>)}`} ${onOpen === undefined ? '' : 'opens'}`}
			onCellKeyDown={byEnter} {...(onOpen === undefined ? {} : {onRowClick: ({row}) => onOpen(row as RowOf<P>)})}
		/>
	);
}
