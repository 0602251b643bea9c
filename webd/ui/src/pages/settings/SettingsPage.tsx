// SettingsPage.tsx - all settings: a part at a time, saved together.
import Box from '@mui/material/Box';
import {type ComponentType, useEffect, useMemo, useRef, useState} from 'react';
import {useQuery} from '../../api/query.ts';
import {useMay} from '../../api/session.ts';
import type {ConfigAnswer} from '../../api/types.ts';
import {toast} from '../../app/toasts.tsx';
import {Page} from '../../components/Page.tsx';
import {ErrorState, LoadingState} from '../../components/states.tsx';
import {useSearch} from '../../router.tsx';
import {FirstStart} from '../welcome/FirstStart.tsx';
import {DirectoriesSection} from './DirectoriesSection.tsx';
import {type Draft, DraftContext} from './draft.ts';
import {HistorySection} from './HistorySection.tsx';
import {LimitsSection} from './LimitsSection.tsx';
import {NetworksSection} from './NetworksSection.tsx';
import {Conflict, ForAdministrators, LeaveGuard, ReadOnly, Warnings} from './Notices.tsx';
import {PoliciesSection} from './PoliciesSection.tsx';
import {RulesSection} from './RulesSection.tsx';
import {SaveBar} from './SaveBar.tsx';
import {SchedulesSection} from './SchedulesSection.tsx';
import {SectionNav} from './SectionNav.tsx';
import {SEARCH, type SectionName, sectionOf} from './sections.ts';
import {useSettings} from './useSettings.ts';
import {problems} from './validate.ts';
import {WordsSection} from './WordsSection.tsx';

const CONTENT: Readonly<Record<SectionName, ComponentType>> = {
	directories: DirectoriesSection, networks: NetworksSection, schedules: SchedulesSection, policies: PoliciesSection, rules: RulesSection, words: WordsSection, limits: LimitsSection,
	history: HistorySection,
};

/** The first field that is wrong gets the focus once it is shown. */
function useFocusOnFault() {
	const area = useRef<HTMLDivElement>(null);
	const [wanted, setWanted] = useState(0);
	useEffect(() => {
		if (wanted > 0) {
			area.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
		}
	}, [wanted]);
	return {area, wanted, focus: () => setWanted((times) => times + 1)};
}

function Editor({data, refetch}: {data: ConfigAnswer; refetch: () => void}) {
	const settings = useSettings(data, refetch);
	const may = useMay('admin');
	const [{section: wantedSection}, setSearch] = useSearch(SEARCH);
	const section = wantedSection === 'history' && !may ? 'directories' : wantedSection; // who changed what is for administrators
	const [warnings, setWarnings] = useState<readonly string[]>([]);
	const {area, wanted, focus} = useFocusOnFault();
	const {form, base, changed, problem, theirs} = settings;
	const found = useMemo(() => {
		const all = new Map(problems(form, base.limits));
		if (problem !== null && sectionOf(problem.field) !== null) {
			all.set(problem.field, problem.message);
		}
		return all;
	}, [form, base.limits, problem]);
	const draft = useMemo<Draft>(() => ({
		form, limits: base.limits, change: settings.change, readOnly: !base.writable || !may, attempts: wanted, problemOf: (field) => found.get(field),
		problemWithin: (field) => [...found].find(([name]) => name === field || name.startsWith(`${field}.`) || name.startsWith(`${field}[`))?.[1],
	}), [form, base, settings.change, found, wanted, may]);

	const show = (field: string | undefined) => {
		const where = field === undefined ? null : sectionOf(field);
		if (where !== null) {
			setSearch({section: where});
			focus();
		}
	};
	useEffect(() => show(problem?.field), [problem]);
	const save = async () => {
		const [wrong] = found.keys();
		if (wrong !== undefined) {
			show(wrong);
			return;
		}
		const answer = await settings.save();
		if (answer !== null) {
			setWarnings(answer);
			toast('The settings have been saved.');
		}
	};
	const Content = CONTENT[section];
	return (
		<DraftContext value={draft}>
			{!may ? <ForAdministrators /> : !base.writable && <ReadOnly />}
			{theirs !== null && <Conflict mine={changed} theirs={theirs} onMerge={settings.merge} onDiscard={settings.discard} />}
			<Warnings warnings={warnings} onClose={() => setWarnings([])} />
			<Box sx={{display: 'grid', gridTemplateColumns: {xs: 'minmax(0, 1fr)', md: '11rem minmax(0, 1fr)'}, gap: 2, alignItems: 'start'}}>
				<SectionNav here={section} changed={new Set(changed.map(sectionOf))} wrong={new Set([...found.keys()].map(sectionOf))} />
				<Box ref={area} sx={{display: 'flex', flexDirection: 'column', gap: 2, minWidth: 0}}><Content key={section} /></Box>
			</Box>
			{changed.length > 0 && <LeaveGuard />}
			<SaveBar
				changed={changed} problems={found.size} saving={settings.saving} blocked={theirs !== null} problem={problem !== null && sectionOf(problem.field) === null ? problem.message : ''}
				onSave={() => void save()} onDiscard={settings.discard}
			/>
		</DraftContext>
	);
}

export default function SettingsPage() {
	const {data, error, refetch} = useQuery('/api/config');
	return (
		<Page title="Settings">
			<FirstStart>
				{data === undefined ? (error === undefined ? <LoadingState /> : <ErrorState error={error} retry={refetch} />) : <Editor data={data} refetch={refetch} />}
			</FirstStart>
		</Page>
	);
}
