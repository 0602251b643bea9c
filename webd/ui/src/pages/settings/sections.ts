// sections.ts - the parts of the settings: what each is called in the address and on the page, and which settings it holds.
import {oneOf} from '../../router.tsx';
import type {FormKey} from './form.ts';

export const SECTIONS = ['directories', 'networks', 'schedules', 'policies', 'rules', 'words', 'limits', 'history'] as const;
export type SectionName = (typeof SECTIONS)[number];

export const SECTION_TITLES: Readonly<Record<SectionName, string>> = {
	directories: 'Directories', networks: 'Networks', schedules: 'Schedules', policies: 'Status and policies', rules: 'Rules', words: 'Generic words', limits: 'Limits', history: 'History',
};

const OF: Readonly<Record<FormKey, SectionName>> = {
	directories_to_scan: 'directories', subnets_to_scan: 'networks', exclude_addresses: 'networks', network_scan: 'networks', schedule: 'schedules', status: 'policies', policies: 'policies',
	rules: 'rules', generic_names: 'words', sign_in: 'limits', // which nobody edits here
};

/** Where a field such as "policies[2].name" is; null: nowhere on the page. */
export function sectionOf(field: string): SectionName | null {
	return OF[field.split(/[.[]/, 1)[0] as FormKey] ?? null;
}

export const SEARCH = {section: oneOf(SECTIONS, 'directories')};
