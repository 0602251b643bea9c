// SectionNav.tsx - the list of the parts of the settings: links, with a mark where something is changed or wrong.
import Box from '@mui/material/Box';
import {useMay} from '../../api/session.ts';
import {ErrorIcon} from '../../components/icons.tsx';
import {Link, withSearch} from '../../router.tsx';
import {SEARCH, SECTION_TITLES, type SectionName, SECTIONS} from './sections.ts';

interface SectionNavProps {
	here: SectionName;
	changed: ReadonlySet<SectionName | null>;
	wrong: ReadonlySet<SectionName | null>;
}

function Mark({changed, wrong}: {changed: boolean; wrong: boolean}) {
	if (wrong) {
		return <><ErrorIcon sx={{fontSize: '.9rem', color: 'error.main'}} /><span className="hidden-text">, something is wrong</span></>;
	}
	return changed ? <><Box component="span" aria-hidden sx={{width: 7, height: 7, borderRadius: '50%', bgcolor: 'primary.main'}} /><span className="hidden-text">, changed</span></> : null;
}

export function SectionNav({here, changed, wrong}: SectionNavProps) {
	const mayAll = useMay('admin');
	return (
		<Box component="nav" aria-label="Settings" sx={{display: 'flex', flexWrap: 'wrap', flexDirection: {xs: 'row', md: 'column'}, gap: .25, position: {md: 'sticky'}, top: {md: '1rem'}}}>
			{SECTIONS.filter((name) => mayAll || name !== 'history').map((name) => (
				<Box
					key={name} component={Link} href={withSearch(SEARCH, {section: name})} {...(name === here ? {'aria-current': 'true' as const} : {})}
					sx={{
						display: 'flex', alignItems: 'center', gap: .75, px: 1.25, minHeight: 36, borderRadius: 1, color: 'text.primary', textDecoration: 'none', '&:hover': {bgcolor: 'action.hover'},
						'&[aria-current]': {bgcolor: 'action.selected', fontWeight: 650, color: 'primary.main'},
					}}>
					{SECTION_TITLES[name]}
					<Mark changed={changed.has(name)} wrong={wrong.has(name)} />
				</Box>
			))}
		</Box>
	);
}
