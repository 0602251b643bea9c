// filters.ts - the filters of lists of servers, and what is offered for them.
import type {Config} from '../../api/types.ts';
import {useQuery} from '../../api/query.ts';
import type {FilterField} from '../FilterMenu.tsx';

const SAMPLE = 300; // servers whose systems and tags are offered
const OFFERS_MAX = 60;

function distinct(all: readonly (string | null)[]): string[] {
	return [...new Set(all.filter((one): one is string => one !== null && one !== ''))].sort((a, b) => a.localeCompare(b)).slice(0, OFFERS_MAX);
}

function plain(globs: readonly string[]): string[] {
	return globs.map((glob) => glob.replaceAll('*', ''));
}

/** Offers come from the configuration and some of the servers; nothing is asked for unless `wanted`. */
export function useServerFilters(wanted: boolean): readonly FilterField[] {
	const sample = useQuery('/api/servers', wanted ? {query: {limit: SAMPLE, sort: 'hostname', order: 'asc'}} : null).data?.servers ?? [];
	const config: Config | undefined = useQuery('/api/config', wanted ? {} : null).data?.config;
	const policies = config?.policies ?? [];
	return [
		{name: 'os', label: 'System', helper: 'A part of its name', offers: distinct([...sample.map((server) => server.detected_os), ...policies.flatMap(({os}) => plain(os))])},
		{name: 'subnet', label: 'Subnet', helper: 'Such as 10.0.0.0/24, or one address', offers: distinct([...(config?.subnets_to_scan ?? []), ...policies.flatMap(({subnets}) => subnets)])},
		{name: 'tag', label: 'Tag', offers: distinct([...sample.flatMap(({tags}) => tags), ...policies.flatMap(({tags}) => tags)])},
		{name: 'policy', label: 'Policy', helper: 'The name of a policy in the settings', offers: distinct(policies.map(({name}) => name))},
	];
}

export const REACHABLE_FIELD: FilterField = {name: 'reachable', label: 'Reachable', words: {yes: 'Reachable', no: 'Not reached'}};
export const BY_HAND_FIELD: FilterField = {name: 'by_hand', label: 'Known by', words: {yes: 'Added by hand', no: 'Found by scans'}};
export const UNPROTECTED_FIELD: FilterField = {name: 'unprotected', label: 'Backups', words: {yes: 'Without any backup', no: 'With a backup, or exempt'}};
export const MERGEABLE_FIELD: FilterField = {name: 'mergeable', label: 'Same name', words: {yes: 'Same name as another', no: 'With a name of their own'}};

export function isFiltered(values: Readonly<Record<string, unknown>>): boolean {
	return Object.values(values).some((value) => value !== '' && value !== null && !(Array.isArray(value) && value.length === 0));
}
