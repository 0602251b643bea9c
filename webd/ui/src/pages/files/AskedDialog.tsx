// AskedDialog.tsx - the dialog that the address names: whose the files of a pattern are, that they are ignored, or that a name is an alias.
import {useQuery} from '../../api/query.ts';
import type {UnmatchedGroup} from '../../api/types.ts';
import {AliasDialog} from '../../components/AliasDialog.tsx';
import {RuleDialog} from '../../components/RuleDialog.tsx';
import {nameOf} from '../../components/ServerPicker.tsx';
import {useSearch} from '../../router.tsx';
import {NO_DIALOG, SEARCH} from './search.ts';

const TITLES = {belongs: 'Give files to a server', ignore: 'Ignore files'};
const ABOUT = {
	belongs: 'The rule holds for these files and for all that come later.',
	ignore: 'Ignored files belong to no server and never count as backups.',
};

/** The word of the group's names that could be a server's: a person corrects it. */
export function aliasOf({shape, directory}: Pick<UnmatchedGroup, 'shape' | 'directory'>): string {
	const begin = (shape.split('*')[0] ?? '').replace(/\.[a-z0-9.]*$/i, '').replace(/[-_. ]+$/, '');
	return begin !== '' ? begin : (directory.split('/').filter((part) => part !== '' && !part.includes('*')).pop() ?? '');
}

export function AskedDialog() {
	const [{do: asked, rule, to, tab}, setSearch] = useSearch(SEARCH);
	const listed = useQuery('/api/unmatched', asked !== '' && tab === 'unmatched' ? {} : null);
	const wanted = useQuery('/api/servers/{id}', asked === '' || to === null ? null : {id: to});
	const close = () => setSearch(NO_DIALOG);
	if (asked === '' || listed.loading || wanted.loading) {
		return null;
	}
	const group = listed.data?.result.groups.find((one) => one.rule.path === rule);
	const server = wanted.data?.server;
	if (asked === 'alias') {
		return (
			<AliasDialog
				key={rule} suggestions={group?.suggestions ?? []} alias={group === undefined ? '' : aliasOf(group)} samples={group?.samples ?? []} onClose={close}
			/>
		);
	}
	return (
		<RuleDialog
			key={`${asked} ${rule}`} title={TITLES[asked]} about={ABOUT[asked]} suggestions={group?.suggestions ?? []} onClose={close}
			start={{path: rule, ignore: asked === 'ignore', server: server === undefined ? null : nameOf(server)}} startServer={server?.id}
		/>
	);
}
