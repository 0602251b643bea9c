// SettingsPage.tsx - the settings in force.
import Box from '@mui/material/Box';
import {useQuery} from '../../api/query.ts';
import {Name} from '../../components/Name.tsx';
import {Page, Section} from '../../components/Page.tsx';
import {EmptyState, ErrorState, LoadingState} from '../../components/states.tsx';

function Lines({title, lines, empty}: {title: string; lines: readonly string[]; empty: string}) {
	return (
		<Section title={title}>
			{lines.length === 0 ? <EmptyState title={empty} /> : <Box component="ul" sx={{m: 0, pl: 2.5}}>{lines.map((line) => <li key={line}><Name wrap>{line}</Name></li>)}</Box>}
		</Section>
	);
}

export default function SettingsPage() {
	const {data, error, refetch} = useQuery('/api/config');
	return (
		<Page title="Settings">
			{data === undefined ? (error === undefined ? <LoadingState /> : <ErrorState error={error} retry={refetch} />) : (
				<>
					<Lines title="Directories" lines={data.directories_to_scan.map((one) => (typeof one === 'string' ? one : one.path))} empty="No directory is named yet." />
					<Lines title="Networks" lines={data.subnets_to_scan} empty="No network is named yet." />
				</>
			)}
		</Page>
	);
}
