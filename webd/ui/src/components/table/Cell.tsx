// Cell.tsx - a cell of the grid: of MUI's own what ours need. That also edits, spans and pins, and watches the grid's state eight times for it.
import {
	type GridCellCoordinates, gridFocusCellSelector, type GridRenderCellParams, type GridSlotProps, gridTabIndexCellSelector, useGridApiContext, useGridSelector,
} from '@mui/x-data-grid';
import {memo, type SyntheticEvent, useLayoutEffect, useRef} from 'react';

const SIDES = {left: 'Left', center: 'Center', right: 'Right'};

export const Cell = memo(function Cell({align, colIndex, column, isNotVisible, row, rowId, rowNode, width}: GridSlotProps['cell']) {
	const {field, cellClassName} = column;
	const api = useGridApiContext();
	const element = useRef<HTMLDivElement>(null);
	const isThis = (cell: GridCellCoordinates | null) => cell !== null && cell.id === rowId && cell.field === field;
	const focus = useGridSelector(api, () => (isThis(gridFocusCellSelector(api)) ? 'here' : isThis(gridTabIndexCellSelector(api)) ? 'by Tab' : 'elsewhere'));
	const hasFocus = focus === 'here';
	const tabIndex = focus === 'elsewhere' || isNotVisible ? -1 : 0;
	useLayoutEffect(() => element.current?.style.setProperty('--width', `${width}px`), [width]);
	useLayoutEffect(() => {
		if (hasFocus && element.current?.contains(document.activeElement) === false) {
			(element.current.querySelector<HTMLElement>('[tabindex="0"]') ?? element.current).focus({preventScroll: true});
		}
	}, [hasFocus]);

	const tell = (what: 'cellKeyDown' | 'cellMouseDown') => (event: SyntheticEvent) => {
		if (api.current.getRow(rowId) !== null) { // it may have gone since it was drawn
			api.current.publishEvent(what, api.current.getCellParams(rowId, field), event as never);
		}
	};
	const params = {api: api.current, cellMode: 'view', colDef: column, field, hasFocus, id: rowId, row, rowNode, tabIndex} as unknown as GridRenderCellParams;
	return (
		<div
			ref={element} role="gridcell" data-field={field} data-colindex={colIndex} aria-colindex={colIndex + 1} tabIndex={tabIndex}
			className={`MuiDataGrid-cell MuiDataGrid-cell--text${SIDES[align]} ${typeof cellClassName === 'string' ? cellClassName : ''} ${isNotVisible ? 'scrolled-away' : ''}`}
			onMouseDown={tell('cellMouseDown')} onKeyDown={tell('cellKeyDown')}>
			{column.renderCell?.(params)}
		</div>
	);
});
