// FilesPage.tsx - every file in the scanned directories, and the work list of those that no server owns.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import {Page} from '../../components/Page.tsx';
import {ScanButton} from '../../components/ScanButton.tsx';
import {useSearch} from '../../router.tsx';
import {AskedDialog} from './AskedDialog.tsx';
import {FileDrawer} from './FileDrawer.tsx';
import {FileList} from './FileList.tsx';
import {SEARCH} from './search.ts';
import {UnmatchedList} from './UnmatchedList.tsx';

const START_PATH = '/';

export default function FilesPage() {
	const [{tab, file, explain}, setSearch] = useSearch(SEARCH);
	return (
		<Page
			title="Files" fill={tab === 'all'}
			actions={<><Button variant="outlined" onClick={() => setSearch({explain: START_PATH, file: null})}>Explain a path</Button><ScanButton kind="directories" /></>}>
			<Tabs
				value={tab} onChange={(_, to: typeof tab) => setSearch({tab: to})} aria-label="Lists of files" className="screen-only"
				sx={{minHeight: 36, borderBottom: 1, borderColor: 'divider', flex: 'none', '& .MuiTab-root': {minHeight: 36, textTransform: 'none', fontWeight: 600}}}>
				<Tab value="all" label="All files" id="tab-all" aria-controls={tab === 'all' ? 'panel' : undefined} />
				<Tab value="unmatched" label="Unmatched" id="tab-unmatched" aria-controls={tab === 'unmatched' ? 'panel' : undefined} />
			</Tabs>
			<Box
				role="tabpanel" id="panel" aria-labelledby={`tab-${tab}`}
				sx={{display: 'flex', flexDirection: 'column', flex: 1, minHeight: 0, '@media print': {display: 'block'}}}>
				{tab === 'all' ? <FileList /> : <UnmatchedList />}
			</Box>
			<FileDrawer id={file} path={explain} onPath={(path) => setSearch({explain: path}, {replace: true})} onClose={() => setSearch({file: null, explain: ''})} />
			<AskedDialog />
		</Page>
	);
}
