// Notices.tsx - what makes the answer doubtful: directories and mounts that are gone, repositories without an owner, scans that fail or are old; each with what to do.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import type {ReactNode} from 'react';
import type {Summary} from '../../api/types.ts';
import {Name} from '../../components/Name.tsx';
import {SCAN_KINDS} from '../../components/scans.ts';
import {TextLink} from '../../components/TextLink.tsx';
import {Time, useNow} from '../../components/Time.tsx';
import {counted} from '../../format/size.ts';

const SHOWN = 5;
const OLD_MS = 8 * 86_400_000; // who scans once a week is not to be reminded

function Paths({lines}: {lines: readonly string[]}) {
	return (
		<Box component="ul" sx={{m: 0, my: .5, pl: 2.5}}>
			{lines.slice(0, SHOWN).map((line) => <li key={line}><Name wrap>{line}</Name></li>)}
			{lines.length > SHOWN && <li>{`and ${counted(lines.length - SHOWN, 'more', 'more')}`}</li>}
		</Box>
	);
}

function Notice({severity, title, children}: {severity: 'error' | 'warning' | 'info'; title: string; children: ReactNode}) {
	return <Alert severity={severity}><strong>{title}</strong> {children}</Alert>;
}

function Unavailable({gone}: {gone: Summary['directories_unavailable']}) {
	return gone.length === 0 ? null : (
		<Notice severity="error" title={gone.length === 1 ? 'A directory is not available.' : `${counted(gone.length, 'directory', 'directories')} are not available.`}>
			Servers whose backups lie there are unknown until {gone.length === 1 ? 'it is' : 'they are'} back.
			<Paths lines={gone.map(({path, reason}) => (reason.includes(path) ? reason : `${path}: ${reason}`))} />
			<TextLink href="/directories?show=unavailable">Look at the directories</TextLink>
		</Notice>
	);
}

function LostMounts({lost}: {lost: Summary['mounts_lost']}) {
	return lost.length === 0 ? null : (
		<Notice severity="error" title={lost.length === 1 ? 'Something is not mounted any more.' : `${counted(lost.length, 'file system')} are not mounted any more.`}>
			Servers whose backups lie there are unknown. Mount {lost.length === 1 ? 'it' : 'them'} again and scan, or accept it on the page of the directories.
			<Paths lines={lost.map(({path}) => path)} />
			<TextLink href="/directories">Look at the directories</TextLink>
		</Notice>
	);
}

function Repositories({unsettled}: {unsettled: number}) {
	return unsettled === 0 ? null : (
		<Notice severity="warning" title={`${counted(unsettled, 'repository', 'repositories')} of backup tools cannot be looked into.`}>
			Any server’s backups may be in there, so servers without another one are unknown. Say whose {unsettled === 1 ? 'it is' : 'they are'}:{' '}
			<TextLink href="/files?tab=unmatched">look at what no server owns</TextLink>
		</Notice>
	);
}

function Scans({last}: {last: Summary['last_scans']}) {
	const now = useNow();
	return (
		<>
			{SCAN_KINDS.map((kind) => {
				const scan = last[kind];
				if (scan === null) {
					return null;
				}
				if (scan.state === 'failed' || scan.state === 'interrupted') {
					return (
						<Notice key={kind} severity="warning" title={`The last scan of ${kind} ${scan.state === 'failed' ? 'failed' : 'was interrupted'}.`}>
							What you see is from the scan before. <TextLink href={`/scans?scan=${scan.id}`}>See why</TextLink>
						</Notice>
					);
				}
				return scan.state !== 'running' && scan.succeeded !== null && now - Date.parse(scan.succeeded) > OLD_MS && (
					<Notice key={kind} severity="warning" title={`The last complete scan of ${kind} is old.`}>
						It ended <Time iso={scan.succeeded} />. Scan again, or let <TextLink href="/settings?section=schedules">a schedule</TextLink> do it.
					</Notice>
				);
			})}
		</>
	);
}

export function Notices({summary}: {summary: Summary}) {
	return (
		<>
			<Unavailable gone={summary.directories_unavailable} />
			<LostMounts lost={summary.mounts_lost} />
			<Repositories unsettled={summary.repositories_unsettled} />
			<Scans last={summary.last_scans} />
			{summary.mergeable > 0 && (
				<Notice severity="info" title={`${counted(summary.mergeable, 'name belongs', 'names belong')} to several servers.`}>
					If they are one machine, merge them: <TextLink href="/servers?mergeable=1">look at them</TextLink>
				</Notice>
			)}
		</>
	);
}
