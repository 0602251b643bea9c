// DirectoriesSection.tsx - the directories with backups: where, what is left out, whose they are, how dates in names are read.
import Box from '@mui/material/Box';
import {Name} from '../../components/Name.tsx';
import {Section} from '../../components/Page.tsx';
import {counted} from '../../format/size.ts';
import {useDraft} from './draft.ts';
import {Choice, Field, Fields, Lines, Stack, TIME_ZONES} from './fields.tsx';
import {clean, type DirectoryForm, newDirectory} from './form.ts';
import {ItemList} from './ItemList.tsx';
import {DirectorySuggestions} from './Suggestions.tsx';

const ORDERS = [['none', 'Not told: such dates are not used'], ['day_first', 'Day first: 2 March'], ['month_first', 'Month first: 3 February']] as const;

function more({exclude, one_file_system, server, date_order, timezone}: DirectoryForm): string {
	return [
		server !== '' && `all of ${server}`, clean(exclude).length > 0 && counted(clean(exclude).length, 'exclusion'), one_file_system && 'one file system',
		date_order === 'none' ? '' : date_order.replace('_', ' '), timezone,
	].filter((part) => part !== false && part !== '').join(', ');
}

function Editor({row, i, change}: {row: DirectoryForm; i: number; change: (part: Partial<DirectoryForm>) => void}) {
	const field = (name: string) => `directories_to_scan[${i}].${name}`;
	return (
		<Stack>
			<Field
				field={field('path')} label="Path" placeholder="/srv/backups" wide value={row.path} onChange={(path) => change({path})} autoFocus={row.path === ''}
				help="The absolute path of a directory on the machine that scannerd runs on."
			/>
			<Lines
				field={field('exclude')} label="Leave out" placeholder={'*.tmp\nlogs/*'} value={row.exclude} onChange={(exclude) => change({exclude})}
				help="Globs, one a line. With a slash: against the path below the directory; without: against the last part of the name."
			/>
			<Fields>
				<Field
					field={field('server')} label="All belongs to the server" placeholder="names decide" value={row.server} onChange={(server) => change({server})}
					help="A name, an alias or an address; empty: the names of the files decide."
				/>
				<Field
					field={field('date_order')} label="Dates such as 02-03-2024" value={row.date_order} choices={ORDERS} onChange={(word) => change({date_order: word as DirectoryForm['date_order']})}
					help="How such dates in names are read."
				/>
				<Field
					field={field('timezone')} label="Time zone" placeholder="as in the schedules" suggestions={TIME_ZONES} value={row.timezone} onChange={(timezone) => change({timezone})}
					help="Of the machines whose backups lie here, for times in names."
				/>
			</Fields>
			<Choice label="Stay on one file system" help="Does not enter other file systems that are mounted below." value={row.one_file_system} onChange={(one_file_system) => change({one_file_system})} />
		</Stack>
	);
}

export function DirectoriesSection() {
	const {form, change} = useDraft();
	return (
		<Section title="Directories">
			<ItemList
				label="Directories" field="directories_to_scan" one="directory" items={form.directories_to_scan} create={newDirectory} name={({path}) => path || 'the new directory'}
				onChange={(edit) => change((now) => ({directories_to_scan: edit(now.directories_to_scan)}))}
				empty="No directory yet. Add the directories that hold your backups; they are searched with everything below."
				summary={(row) => (
					<>
						<Name>{row.path === '' ? 'New directory' : row.path}</Name>
						{more(row) !== '' && <Box component="span" sx={{display: 'block', color: 'text.secondary', fontSize: '.8125rem'}}><Name>{more(row)}</Name></Box>}
					</>
				)}
				editor={(row, i, edit) => <Editor row={row} i={i} change={edit} />}
			/>
			<DirectorySuggestions />
		</Section>
	);
}
