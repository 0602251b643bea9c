// slots.tsx - parts of the grid as the browser has them: hundreds are drawn with a page of rows, and MUI's own cost more than the rest of a cell.
import type {GridSlotProps, GridSlotsComponent} from '@mui/x-data-grid';
import {cloneElement} from 'react';
import {Cell} from './Cell.tsx';

type CheckProps = GridSlotProps['baseCheckbox'] & Pick<React.ComponentProps<'input'>, 'onClick' | 'onKeyDown' | 'onMouseDown'>;

/** The label is what can be hit: all of its cell. */
function Check({checked, className = '', disabled, indeterminate = false, inputRef, label, name, onChange, onClick, onKeyDown, onMouseDown, slotProps, tabIndex}: CheckProps) {
	return (
		<label className={`check ${className}`}>
			<input
				ref={(input) => {
					if (input !== null) {
						input.indeterminate = indeterminate;
					}
					if (typeof inputRef === 'function') {
						inputRef(input);
					} else if (inputRef !== undefined && inputRef !== null) {
						inputRef.current = input;
					}
				}}
				type="checkbox" {...{checked, disabled, name, onChange, onClick, onKeyDown, onMouseDown, tabIndex}} {...slotProps?.htmlInput}
			/>
			{label}
		</label>
	);
}

function Tip({children, title}: GridSlotProps['baseTooltip']) {
	return typeof title === 'string' && title !== '' ? cloneElement(children, {title}) : children;
}

export const slots: Partial<GridSlotsComponent> = {baseCheckbox: Check, baseTooltip: Tip, cell: Cell};
