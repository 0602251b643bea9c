// Cards.tsx - the table on a phone: one card a row, in the order that the page chose.
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import IconButton from '@mui/material/IconButton';
import {count} from '../../format/size.ts';
import {NextIcon, PreviousIcon} from '../icons.tsx';
import type {ListPath, RowOf} from './columns.ts';
import type {DataTableProps} from './DataTable.tsx';
import {PAGE_ROWS, type Pages, totalWords} from './usePages.ts';

const looks = {display: 'block', width: '100%', textAlign: 'left', p: 1.5, fontSize: '.875rem', lineHeight: 1.45, overflowWrap: 'anywhere'} as const;

function Pager({pages}: {pages: Pages<unknown>}) {
	const before = pages.page * PAGE_ROWS;
	return (
		<Box component="nav" aria-label="Pages" sx={{display: 'flex', alignItems: 'center', justifyContent: 'center', gap: 1}}>
			<IconButton aria-label="Previous page" disabled={pages.page === 0} onClick={() => pages.toPage(pages.page - 1)}><PreviousIcon /></IconButton>
			<span>{`${count(before + 1)} to ${count(before + pages.rows.length)} of ${totalWords(pages)}`}</span>
			<IconButton aria-label="Next page" disabled={!pages.hasNext} onClick={() => pages.toPage(pages.page + 1)}><NextIcon /></IconButton>
		</Box>
	);
}

export function Cards<P extends ListPath>({table, pages}: {table: DataTableProps<P>; pages: Pages<RowOf<P>>}) {
	const {rowId, rowStatus, onOpen, card, name} = table;
	return (
		<>
			<Box component="ul" aria-label={name} sx={{listStyle: 'none', m: 0, p: 0, border: 1, borderColor: 'divider', borderRadius: 1.5, overflow: 'hidden', bgcolor: 'background.paper'}}>
				{pages.rows.map((row) => (
					<Box
						component="li" key={rowId(row)}
						sx={{borderTop: 1, borderColor: 'divider', '&:first-of-type': {borderTop: 0}, bgcolor: rowStatus === undefined ? 'transparent' : `var(--${rowStatus(row)}-row)`}}>
						{onOpen === undefined ? <Box sx={looks}>{card(row)}</Box> : <ButtonBase sx={looks} onClick={() => onOpen(row)}>{card(row)}</ButtonBase>}
					</Box>
				))}
			</Box>
			{pages.paged && <Pager pages={pages} />}
		</>
	);
}
