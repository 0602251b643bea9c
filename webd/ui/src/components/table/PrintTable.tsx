// PrintTable.tsx - the rows that are shown, as a plain table on paper. It is rendered only while the browser prints.
import {type ReactNode, useEffect, useState} from 'react';
import {flushSync} from 'react-dom';
import {count} from '../../format/size.ts';
import type {Column} from './columns.ts';

function usePrinting(): boolean {
	const [printing, setPrinting] = useState(false);
	useEffect(() => {
		const before = () => flushSync(() => setPrinting(true));
		const after = () => setPrinting(false);
		window.addEventListener('beforeprint', before);
		window.addEventListener('afterprint', after);
		return () => {
			window.removeEventListener('beforeprint', before);
			window.removeEventListener('afterprint', after);
		};
	}, []);
	return printing;
}

interface PrintTableProps<R> {
	columns: readonly Column<R>[];
	rows: readonly R[];
	rowId: (row: R) => number;
	total: number;
	cell: (column: Column<R>, row: R) => ReactNode;
}

export function PrintTable<R>({columns, rows, rowId, total, cell}: PrintTableProps<R>) {
	if (!usePrinting()) {
		return null;
	}
	return (
		<div className="print-only">
			{total > rows.length && <p>{`${count(rows.length)} of ${count(total)} rows. The export has all of them.`}</p>}
			<table>
				<thead><tr>{columns.map((column) => <th key={column.field} scope="col">{column.header}</th>)}</tr></thead>
				<tbody>
					{rows.map((row) => <tr key={rowId(row)}>{columns.map((column) => <td key={column.field}>{cell(column, row)}</td>)}</tr>)}
				</tbody>
			</table>
		</div>
	);
}
