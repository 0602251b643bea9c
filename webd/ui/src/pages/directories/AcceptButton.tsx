// AcceptButton.tsx - takes a directory that is not what it was as it is now, after telling what that means.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import {useState} from 'react';
import {live} from '../../api/events.ts';
import {useMay} from '../../api/session.ts';
import {useStore} from '../../api/store.ts';
import {ConfirmDialog} from '../../components/ConfirmDialog.tsx';
import {Name} from '../../components/Name.tsx';
import {whyNoScan} from '../../components/ScanButton.tsx';
import {startScan} from '../../components/scans.ts';
import {visible} from '../../format/name.ts';

export function AcceptButton({path}: {path: string}) {
	const now = useStore(live);
	const [asking, setAsking] = useState(false);
	const why = whyNoScan(now, 'directories');
	if (!useMay('operator')) {
		return null;
	}
	return (
		<>
			<Box component="span" title={why} sx={{display: 'inline-flex'}}>
				<Button
					variant="outlined" color="inherit" aria-label={`Accept as it is now: ${visible(path)}`} disabled={why !== undefined || !now.scannerd} onClick={() => setAsking(true)}>
					Accept as it is now
				</Button>
			</Box>
			{asking && (
				<ConfirmDialog
					title="Accept the directory as it is now?" verb="Accept and scan" danger onClose={() => setAsking(false)}
					onConfirm={() => startScan('directories', {only: [path], accept_changed: true})}>
					<Box sx={{fontWeight: 600, mb: 1}}><Name wrap>{path}</Name></Box>
					<Box component="p" sx={{mt: 0}}>It is scanned and taken as it is found. Files that lay in it and are not there now are forgotten: servers without another backup turn to Error.</Box>
					<Box component="p" sx={{mb: 0}}>If something is only not mounted, mount it and scan again instead: then nothing is lost.</Box>
				</ConfirmDialog>
			)}
		</>
	);
}
