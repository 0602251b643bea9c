// SchemeSwitch.tsx - light, dark, or as the system has it; kept in this browser.
import {useColorScheme} from '@mui/material/styles';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import {DarkIcon, LightIcon, SystemIcon} from '../components/icons.tsx';

const SCHEMES = [
	['light', 'Light', LightIcon],
	['dark', 'Dark', DarkIcon],
	['system', 'As the system', SystemIcon],
] as const;

export function SchemeSwitch() {
	const {mode, setMode} = useColorScheme();
	return (
		<ToggleButtonGroup exclusive fullWidth size="small" aria-label="Colours" value={mode ?? 'system'} onChange={(_, chosen: typeof mode | null) => chosen && setMode(chosen)}>
			{SCHEMES.map(([value, label, Icon]) => <ToggleButton key={value} value={value} aria-label={label} title={label}><Icon sx={{fontSize: '1.1rem'}} /></ToggleButton>)}
		</ToggleButtonGroup>
	);
}
