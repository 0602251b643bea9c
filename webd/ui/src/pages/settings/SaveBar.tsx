// SaveBar.tsx - what is not saved yet, what stands in the way, and the buttons to save or to discard.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import {counted} from '../../format/size.ts';
import type {FormKey} from './form.ts';
import {SECTION_TITLES, sectionOf} from './sections.ts';

/** "Directories and Rules" */
export function titles(keys: readonly FormKey[]): string {
	const names = [...new Set(keys.map((key) => sectionOf(key)))].flatMap((section) => (section === null ? [] : [SECTION_TITLES[section]]));
	return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

interface SaveBarProps {
	changed: readonly FormKey[];
	problems: number;
	saving: boolean;
	/** What no field can show. */
	problem: string;
	blocked: boolean;
	onSave: () => void;
	onDiscard: () => void;
}

export function SaveBar({changed, problems, saving, problem, blocked, onSave, onDiscard}: SaveBarProps) {
	if (changed.length === 0) {
		return null;
	}
	return (
		<Box
			component="section" aria-label="Unsaved changes"
			sx={{
				position: 'sticky', bottom: {xs: 8, md: 16}, zIndex: 5, px: 2, py: 1.25, bgcolor: 'background.paper', border: 1, borderColor: 'primary.main', borderRadius: 1.5, boxShadow: 4,
			}}>
			{problem !== '' && <Alert severity="error" sx={{mb: 1}}>{problem}</Alert>}
			<Box sx={{display: 'flex', flexWrap: 'wrap', alignItems: 'center', justifyContent: 'space-between', gap: 1}}>
				<span role="status">{`Not saved yet: ${titles(changed)}.${problems > 0 ? ` ${counted(problems, 'field')} to correct.` : ''}`}</span>
				<Box sx={{display: 'flex', gap: 1}}>
					<Button disabled={saving} onClick={onDiscard}>Discard</Button>
					<Button variant="contained" loading={saving} disabled={blocked} onClick={onSave}>Save</Button>
				</Box>
			</Box>
		</Box>
	);
}
