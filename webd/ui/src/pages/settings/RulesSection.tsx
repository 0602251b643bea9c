// RulesSection.tsx - what no file name tells: whose files are, or that they are nobody's; the first rule that matches counts.
import Box from '@mui/material/Box';
import {Name} from '../../components/Name.tsx';
import {Section} from '../../components/Page.tsx';
import {useDraft} from './draft.ts';
import {Field, Fields, Stack} from './fields.tsx';
import {newRule, type RuleForm} from './form.ts';
import {ItemList} from './ItemList.tsx';
import {RulePreview} from './RulePreview.tsx';

const KINDS = [['path', 'Glob'], ['regex', 'Regular expression']] as const;
const ACTIONS = [['server', 'Belong to a server'], ['ignore', 'Are ignored']] as const;
const HELP = {
	path: 'Against the path below the scanned directory; * also crosses slashes.',
	regex: 'PCRE2, against the same path. The groups (?<host>...) and (?<date>...) name the server and the time.',
};

function outcome({ignore, server, kind}: RuleForm): string {
	return ignore ? 'ignored' : server !== '' ? `belongs to ${server}` : kind === 'regex' ? 'belongs to the server of the group host' : 'no server yet';
}

function Editor({row, i, change}: {row: RuleForm; i: number; change: (part: Partial<RuleForm>) => void}) {
	const field = (name: string) => `rules[${i}].${name}`;
	return (
		<Stack>
			<Fields>
				<Field field={field('kind')} label="Kind" value={row.kind} choices={KINDS} onChange={(word) => change({kind: word as RuleForm['kind']})} />
				<Field field={field('ignore')} label="Such files" value={row.ignore ? 'ignore' : 'server'} choices={ACTIONS} onChange={(word) => change({ignore: word === 'ignore'})} />
				{!row.ignore && (
					<Field
						field={field('server')} label="Server" value={row.server} onChange={(server) => change({server})}
						help={row.kind === 'regex' ? 'A name, an alias or an address; empty: the group host names it.' : 'A name, an alias or an address.'}
					/>
				)}
			</Fields>
			<Field
				field={field(row.kind)} label={row.kind === 'path' ? 'Files like' : 'Files that match'} placeholder={row.kind === 'path' ? 'vm/108/*' : '^vm/(?<host>[^/]+)/'} wide
				value={row.pattern} onChange={(pattern) => change({pattern})} help={HELP[row.kind]} autoFocus={row.pattern === ''}
			/>
			<RulePreview rule={row} field={field(row.kind)} />
		</Stack>
	);
}

export function RulesSection() {
	const {form, change} = useDraft();
	return (
		<Section title="Rules">
			<Box component="p" sx={{color: 'text.secondary', m: 0, mb: 1}}>
				For files whose names do not say whose they are. The first rule that matches a file counts, before anything that its name says.
			</Box>
			<ItemList
				label="Rules" field="rules" one="rule" ordered items={form.rules} create={newRule} name={({pattern}) => pattern || 'the new rule'} onChange={(edit) => change((now) => ({rules: edit(now.rules)}))}
				empty="No rule: the names of files and directories decide."
				summary={(row) => (
					<>
						<Box component="span" sx={{fontFamily: 'monospace'}}><Name>{row.pattern === '' ? 'New rule' : row.pattern}</Name></Box>
						<Box component="span" sx={{display: 'block', color: 'text.secondary', fontSize: '.8125rem'}}><Name>{outcome(row)}</Name></Box>
					</>
				)}
				editor={(row, i, edit) => <Editor row={row} i={i} change={edit} />}
			/>
		</Section>
	);
}
