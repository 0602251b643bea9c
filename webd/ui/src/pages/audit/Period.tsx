// Period.tsx - the days that are shown: from, to, both included; each may be left open.
import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';

interface PeriodProps {
	since: string;
	until: string;
	onChange: (change: {since?: string; until?: string}) => void;
}

function Day({label, value, min = '', max = '', onChange}: {label: string; value: string; min?: string; max?: string; onChange: (value: string) => void}) {
	return (
		<TextField
			type="date" size="small" label={label} value={value} onChange={(event) => onChange(event.target.value)} sx={{flex: 1, width: {sm: '9.25rem'}, minWidth: 0}}
			slotProps={{inputLabel: {shrink: true}, htmlInput: {min, max}}}
		/>
	);
}

export function Period({since, until, onChange}: PeriodProps) {
	return (
		<Box role="group" aria-label="Period" sx={{display: 'flex', gap: .75, flex: {xs: '1 1 100%', sm: '0 1 auto'}}}>
			<Day label="From" value={since} max={until} onChange={(chosen) => onChange({since: chosen})} />
			<Day label="To" value={until} min={since} onChange={(chosen) => onChange({until: chosen})} />
		</Box>
	);
}
