// LimitsSection.tsx - what may be configured here at all: to be read only.
import Box from '@mui/material/Box';
import {Facts} from '../../components/DetailDrawer.tsx';
import {Name} from '../../components/Name.tsx';
import {Section} from '../../components/Page.tsx';
import {useDraft} from './draft.ts';

function List({values}: {values: readonly string[]}) {
	return <Box component="ul" sx={{m: 0, p: 0, listStyle: 'none'}}>{values.length === 0 ? <li>none</li> : values.map((value) => <li key={value}><Name wrap>{value}</Name></li>)}</Box>;
}

export function LimitsSection() {
	const {limits} = useDraft();
	return (
		<Section title="Limits">
			<Box component="p" sx={{color: 'text.secondary', m: 0, mb: 2}}>
				What may be scanned at all. Only who may edit the configuration file can change it: section &quot;limits&quot; of config.json on the machine that scannerd runs on
				(/etc/backup-checker/config.json, if installed from a package). Then: systemctl reload backup-checker-scannerd.
			</Box>
			<Facts
				facts={[
					['Directories within', <List key="within" values={limits.directories_within} />], ['Never', <List key="never" values={limits.directories_never} />],
					['Networks within', <List key="networks" values={limits.subnets_within} />], ['Largest IPv4 network', `/${limits.smallest_prefix_v4}`], ['Largest IPv6 network', `/${limits.smallest_prefix_v6}`],
					['Packets a second', limits.max_rate === 0 ? 'any' : `at most ${limits.max_rate.toLocaleString()}`],
				]}
			/>
		</Section>
	);
}
