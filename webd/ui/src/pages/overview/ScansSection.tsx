// ScansSection.tsx - the last and the next scan of each kind, and the buttons to scan now.
import Box from '@mui/material/Box';
import type {ScanKind} from '../../api/events.ts';
import type {LastScan, Summary} from '../../api/types.ts';
import {NextScan} from '../../components/NextScans.tsx';
import {Section} from '../../components/Page.tsx';
import {ScanButton} from '../../components/ScanButton.tsx';
import {SCAN_KIND_WORDS, SCAN_KINDS} from '../../components/scans.ts';
import {TextLink} from '../../components/TextLink.tsx';
import {Time} from '../../components/Time.tsx';
import {bytes, counted} from '../../format/size.ts';

function Last({scan}: {scan: LastScan | null}) {
	if (scan === null) {
		return <>never scanned</>;
	}
	const ended = scan.state === 'succeeded' || scan.state === 'running' ? null : scan.state;
	return (
		<>
			<TextLink href={`/scans?scan=${scan.id}`}>{scan.state === 'running' ? 'running now' : <Time iso={scan.finished} />}</TextLink>
			{ended !== null && <>, {ended}; last complete one <Time iso={scan.succeeded} never="never" /></>}
		</>
	);
}

function Row({kind, scan, holds}: {kind: ScanKind; scan: LastScan | null; holds: string}) {
	return (
		<Box component="li" sx={{py: 1, borderTop: 1, borderColor: 'divider', '&:first-of-type': {borderTop: 0, pt: 0}}}>
			<Box sx={{display: 'flex', flexWrap: 'wrap', alignItems: 'center', justifyContent: 'space-between', gap: 1, mb: .5}}>
				<strong>{SCAN_KIND_WORDS[kind]}</strong>
				<ScanButton kind={kind} />
			</Box>
			<div>Last: <Last scan={scan} />. Next: <NextScan kind={kind} />.</div>
			<Box sx={{color: 'text.secondary'}}>{holds}</Box>
		</Box>
	);
}

export function ScansSection({summary}: {summary: Summary}) {
	const holds = {
		directories: `${counted(summary.files, 'file')}, ${bytes(summary.bytes)}, in ${counted(summary.directories, 'directory', 'directories')}.`,
		servers: `${counted(summary.servers, 'server')}, ${summary.reachable.toLocaleString()} reachable.`,
	};
	return (
		<Section title="Scans" actions={<TextLink href="/scans">All scans</TextLink>}>
			<Box component="ul" sx={{listStyle: 'none', m: 0, p: 0}}>
				{SCAN_KINDS.map((kind) => <Row key={kind} kind={kind} scan={summary.last_scans[kind]} holds={holds[kind]} />)}
			</Box>
		</Section>
	);
}
