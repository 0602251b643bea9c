// Problems.tsx - what went wrong in a scan without ending it: searched and paged by the server.
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import {count} from '../format/size.ts';
import {NextIcon, PreviousIcon} from './icons.tsx';
import {Name} from './Name.tsx';
import {SearchField} from './SearchField.tsx';
import {ErrorState, LoadingState} from './states.tsx';
import {PAGE_ROWS, totalWords, usePages} from './table/usePages.ts';

const MANY = 10; // from here on a search helps

interface ProblemsProps {
	/** The scan's id. */
	scan: number;
	/** Part of the path or the message. */
	search: string;
	/** Undefined: the search is fixed. */
	onSearch?: (search: string) => void;
	/** Instead of a list of none. */
	none?: string;
}

export function Problems({scan, search, onSearch, none = 'No problem was noted.'}: ProblemsProps) {
	const pages = usePages('/api/scans/{id}/problems', {q: search, sort: 'seq'}, scan);
	if (pages.error !== undefined) {
		return <ErrorState error={pages.error} retry={pages.refetch} />;
	}
	if (pages.loading) {
		return <LoadingState lines={3} />;
	}
	const before = pages.page * PAGE_ROWS;
	return (
		<Box sx={{display: 'flex', flexDirection: 'column', gap: 1}}>
			{onSearch !== undefined && (search !== '' || pages.total > MANY) && <SearchField label="Search problems" value={search} onChange={onSearch} />}
			{pages.rows.length === 0 && <Box sx={{color: 'text.secondary'}}>{search !== '' && onSearch !== undefined ? 'No problem matches. Search for something shorter.' : none}</Box>}
			<Box component="ul" aria-label="Problems" sx={{listStyle: 'none', m: 0, p: 0}}>
				{pages.rows.map(({seq, subject, message}) => (
					<Box component="li" key={seq} sx={{py: .75, borderTop: 1, borderColor: 'divider', '&:first-of-type': {borderTop: 0}}}>
						<Box sx={{fontWeight: 600}}><Name wrap>{subject}</Name></Box>
						<Box sx={{color: 'text.secondary'}}><Name wrap>{message}</Name></Box>
					</Box>
				))}
			</Box>
			{pages.paged && (
				<Box component="nav" aria-label="Pages of problems" sx={{display: 'flex', alignItems: 'center', gap: 1}}>
					<IconButton aria-label="Previous page" disabled={pages.page === 0} onClick={() => pages.toPage(pages.page - 1)}><PreviousIcon /></IconButton>
					<span>{`${count(before + 1)} to ${count(before + pages.rows.length)} of ${totalWords(pages)}`}</span>
					<IconButton aria-label="Next page" disabled={!pages.hasNext} onClick={() => pages.toPage(pages.page + 1)}><NextIcon /></IconButton>
				</Box>
			)}
		</Box>
	);
}
