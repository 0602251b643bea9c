// Choose.tsx - the two questions of the first start, with what this machine suggests.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import {useState} from 'react';
import {ApiError, send} from '../../api/client.ts';
import {useQuery} from '../../api/query.ts';
import type {ConfigAnswer, Limits} from '../../api/types.ts';
import {Name} from '../../components/Name.tsx';
import {Section} from '../../components/Page.tsx';
import {type Chosen, problemOf, together} from './chosen.ts';

interface Suggestion {
	name: string;
	because: string;
}
interface QuestionProps {
	kind: 'directories' | 'networks';
	title: string;
	about: string;
	label: string;
	placeholder: string;
	suggestions: readonly Suggestion[];
	value: Answer;
	onChange: (value: Answer) => void;
	limits: Limits;
	refused: string;
}
interface Answer {
	ticked: readonly string[];
	typed: readonly string[];
}

function Question({kind, title, about, label, placeholder, suggestions, value, onChange, limits, refused}: QuestionProps) {
	const {ticked, typed} = value;
	const problem = refused !== '' ? refused : problemOf(kind, typed, limits);
	const toggle = (name: string) => onChange({typed, ticked: ticked.includes(name) ? ticked.filter((one) => one !== name) : [...ticked, name]});
	return (
		<Section title={title}>
			<Box component="p" sx={{color: 'text.secondary', m: 0, mb: 1.5}}>{about}</Box>
			{suggestions.length > 0 && (
				<Box role="group" aria-label={`${title} Suggestions`} sx={{mb: 1.5, display: 'flex', flexDirection: 'column'}}>
					{suggestions.map(({name, because}) => (
						<FormControlLabel
							key={name} control={<Checkbox checked={ticked.includes(name)} onChange={() => toggle(name)} />} sx={{mr: 0, '& .MuiFormControlLabel-label': {minWidth: 0}}}
							label={<><Name wrap>{name}</Name> <Box component="span" sx={{color: 'text.secondary', fontSize: '.8125rem', overflowWrap: 'anywhere'}}><Name wrap>{because}</Name></Box></>}
						/>
					))}
				</Box>
			)}
			<TextField
				label={label} multiline fullWidth minRows={2} maxRows={10} value={typed.join('\n')} error={problem !== null} helperText={problem ?? 'One a line.'}
				onChange={(event) => onChange({ticked, typed: event.target.value === '' ? [] : event.target.value.split('\n')})}
				slotProps={{inputLabel: {shrink: true}, htmlInput: {placeholder, spellCheck: false, wrap: 'off'}}}
			/>
		</Section>
	);
}

const NOTHING: Answer = {ticked: [], typed: []};

export function Choose({config, onSaved, onSkip}: {config: ConfigAnswer; onSaved: (chosen: Chosen) => void; onSkip: () => void}) {
	const {data} = useQuery('/api/suggestions');
	const [directories, setDirectories] = useState(NOTHING);
	const [networks, setNetworks] = useState(NOTHING);
	const [saving, setSaving] = useState(false);
	const [refused, setRefused] = useState({field: '', message: ''});
	const chosen = {directories: together(directories.ticked, directories.typed), networks: together(networks.ticked, networks.typed)};
	const {limits} = config;
	const wrong = problemOf('directories', directories.typed, limits) !== null || problemOf('networks', networks.typed, limits) !== null;
	const count = chosen.directories.length + chosen.networks.length;
	const of = (name: string) => (refused.field.startsWith(name) ? refused.message : '');
	const edit = (set: (answer: Answer) => void) => (answer: Answer) => {
		setRefused({field: '', message: ''});
		set(answer);
	};

	const save = async () => {
		setSaving(true);
		try {
			const body = {...config.config, directories_to_scan: chosen.directories, subnets_to_scan: chosen.networks};
			const answer = await send('PUT /api/config', {body, ifMatch: config.revision});
			onSaved({...chosen, warnings: answer.warnings ?? []});
		} catch (error) {
			setRefused(error instanceof ApiError ? {field: error.field ?? '', message: error.message} : {field: '', message: String(error)});
			setSaving(false);
		}
	};
	return (
		<Box component="section" aria-label="First start" sx={{display: 'flex', flexDirection: 'column', gap: 2, maxWidth: '48rem'}}>
			<Typography variant="h2" sx={{fontSize: '1.25rem'}}>Welcome. Two questions, then you see which servers have a backup.</Typography>
			{!config.writable && <Alert severity="info">scannerd may not write its configuration file. Name directories and networks in the file itself, then reload this page.</Alert>}
			<Question
				kind="directories" title="Where do your backups lie?" about="Directories on the machine that scannerd runs on; everything below them is looked through. Files are never opened or changed."
				label={(data?.directories ?? []).length > 0 ? 'Other directories' : 'Directories'}
				placeholder="/srv/backups" value={directories} onChange={edit(setDirectories)} limits={limits} refused={of('directories_to_scan')}
				suggestions={(data?.directories ?? []).map(({path, because}) => ({name: path, because}))}
			/>
			<Question
				kind="networks" title="Where are your servers?" about="Networks, addresses or host names: what answers there is a server that needs a backup."
				label={(data?.networks ?? []).length > 0 ? 'Other networks' : 'Networks'} placeholder="192.168.1.0/24" value={networks} onChange={edit(setNetworks)} limits={limits} refused={of('subnets_to_scan')}
				suggestions={(data?.networks ?? []).map(({subnet, because}) => ({name: subnet, because}))}
			/>
			{refused.message !== '' && of('directories_to_scan') === '' && of('subnets_to_scan') === '' && <Alert severity="error">{refused.message}</Alert>}
			<Box sx={{display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1}}>
				<Button variant="contained" size="medium" loading={saving} disabled={count === 0 || wrong || !config.writable} onClick={() => void save()}>Save and scan</Button>
				<Button size="medium" disabled={saving} onClick={onSkip}>Skip for now</Button>
				<Box sx={{color: 'text.secondary'}}>{count === 0 ? 'Choose or write at least one.' : 'All of it can be changed in the settings.'}</Box>
			</Box>
		</Box>
	);
}
