// PrintTable.tsx - the table on paper, plain: the rows that are shown, or by its button all that the filters leave. It is rendered only while the browser prints.
import Button from '@mui/material/Button';
import {useEffect, useState} from 'react';
import {flushSync} from 'react-dom';
import type {Query} from '../../api/client.ts';
import {useQuery} from '../../api/query.ts';
import {toast} from '../../app/toasts.tsx';
import {count, counted} from '../../format/size.ts';
import {exactTime} from '../../format/time.ts';
import {PrintIcon} from '../icons.tsx';
import {cell, type Column, type ListPath, type RowOf} from './columns.ts';
import {type ListAnswer, type Pages, rowsOf} from './usePages.ts';

const PRINT_ROWS = 1000; // one answer of the server; more are for the export

export function PrintButton({busy, onPrint}: {busy: boolean; onPrint: () => void}) {
	return <Button variant="outlined" color="inherit" startIcon={<PrintIcon />} loading={busy} sx={{borderColor: 'divider', minHeight: 34}} onClick={onPrint}>Print</Button>;
}

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

interface PrintTableProps<P extends ListPath> {
	path: P;
	query: Query;
	id: number | undefined;
	columns: readonly Column<RowOf<P>>[];
	/** What is printed unless all is asked for. */
	shown: Pages<RowOf<P>>;
	rowId: (row: RowOf<P>) => number;
	/** The filters in words. */
	about: string;
	noun: readonly [string, string];
	/** All rows are to be printed now. */
	whole: boolean;
	onPrinted: () => void;
}

export function PrintTable<P extends ListPath>({path, query, id, columns, shown, rowId, about, noun, whole, onPrinted}: PrintTableProps<P>) {
	const printing = usePrinting();
	const {data, error, fetching} = useQuery(path, whole ? {id, query: {...query, limit: PRINT_ROWS}} : null);
	const ready = whole && data !== undefined && !fetching;
	const refused = whole && !fetching ? error?.message : undefined;
	useEffect(() => {
		if (!ready && refused === undefined) {
			return undefined;
		}
		// Not within the effect: the rows are rendered while the browser asks for them.
		const timer = setTimeout(() => {
			if (ready) {
				window.print(); // until the person is done with it
			} else {
				toast(`It could not be printed. ${refused}`, 'error');
			}
			onPrinted();
		});
		return () => clearTimeout(timer);
	}, [ready, refused, onPrinted]);

	if (!printing) {
		return null;
	}
	const answer = whole ? (data as ListAnswer | undefined) : undefined;
	const rows = answer === undefined ? shown.rows : rowsOf<RowOf<P>>(answer);
	const total = answer?.total ?? shown.total;
	const all = counted(total, noun[0], noun[1]);
	return (
		<div className="print-only">
			<p>
				{total <= rows.length ? `${all}.` : `The first ${count(rows.length)} of ${all}: ${total <= PRINT_ROWS ? 'the button Print prints all' : 'the export has all'}.`}
				{about !== '' && <> Filters: <bdi>{about}</bdi>.</>}
				{` Made on ${exactTime(Date.now())}.`}
			</p>
			<table>
				<thead><tr>{columns.map((column) => <th key={column.field} scope="col">{column.header}</th>)}</tr></thead>
				<tbody>
					{rows.map((row) => <tr key={rowId(row)}>{columns.map((column) => <td key={column.field}>{cell(column, row)}</td>)}</tr>)}
				</tbody>
			</table>
		</div>
	);
}
