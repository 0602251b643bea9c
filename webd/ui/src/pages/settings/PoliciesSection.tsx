// PoliciesSection.tsx - what is expected of servers: of all, and by policies of some, in their order.
import Box from '@mui/material/Box';
import {Name} from '../../components/Name.tsx';
import {Section} from '../../components/Page.tsx';
import {useDraft} from './draft.ts';
import {Field, Fields, Lines, Stack} from './fields.tsx';
import {clean, newPolicy, type PolicyForm} from './form.ts';
import {ItemList} from './ItemList.tsx';

interface Ages {
	green_within: string;
	red_after: string;
	shrunk_below_percent: string;
}

function AgeFields({field, value, change}: {field: string; value: Ages; change: (part: Partial<Ages>) => void}) {
	return (
		<Fields>
			<Field field={`${field}green_within`} label="Good while younger than" value={value.green_within} onChange={(green_within) => change({green_within})} help="Such as 36h, 7d or 2w." />
			<Field field={`${field}red_after`} label="Error when older than" value={value.red_after} onChange={(red_after) => change({red_after})} help="0: never; an old backup is a warning then." />
			<Field
				field={`${field}shrunk_below_percent`} label="Warning when smaller than (percent)" value={value.shrunk_below_percent} onChange={(shrunk_below_percent) => change({shrunk_below_percent})}
				help="Of the middle size of the ten before it; 0: never."
			/>
		</Fields>
	);
}

function whom({servers, subnets, tags, os}: PolicyForm): string {
	const parts = [...clean(servers), ...clean(subnets), ...clean(tags).map((tag) => `tag ${tag}`), ...clean(os).map((one) => `system ${one}`)];
	return parts.length === 0 ? 'all servers' : parts.join(', ');
}

function Editor({row, i, change}: {row: PolicyForm; i: number; change: (part: Partial<PolicyForm>) => void}) {
	const field = (name: string) => `policies[${i}].${name}`;
	return (
		<Stack>
			<Field field={field('name')} label="Name" value={row.name} onChange={(name) => change({name})} help="Reasons show it." autoFocus={row.name === ''} />
			<Box component="fieldset" sx={{border: 0, p: 0, m: 0, minWidth: 0}}>
				<Box component="legend" sx={{p: 0, mb: 1.25, color: 'text.secondary'}}>Which servers: each list that is not empty must match; one entry a line.</Box>
				<Box sx={{display: 'grid', gap: 2, gridTemplateColumns: {xs: 'minmax(0, 1fr)', sm: 'repeat(2, minmax(0, 1fr))'}}}>
					<Lines field={field('servers')} label="Names" placeholder="db*.example.org" value={row.servers} onChange={(servers) => change({servers})} help="Globs on host names and aliases." />
					<Lines field={field('subnets')} label="Networks" placeholder="10.0.3.0/24" value={row.subnets} onChange={(subnets) => change({subnets})} help="Networks and addresses." />
					<Lines field={field('tags')} label="Tags" placeholder="production" value={row.tags} onChange={(tags) => change({tags})} help="Of servers kept by hand." />
					<Lines field={field('os')} label="Systems" placeholder="*Windows*" value={row.os} onChange={(os) => change({os})} help="Globs on the operating system that was detected." />
				</Box>
			</Box>
			<AgeFields field={field('')} value={row} change={change} />
			<Fields>
				<Field field={field('minimum_size')} label="Smallest size that counts" value={row.minimum_size} onChange={(minimum_size) => change({minimum_size})} help="Such as 100 MiB; 0: every file counts." />
				<Field field={field('copies')} label="Backups wanted" value={row.copies} onChange={(copies) => change({copies})} help="Fewer that count are a warning." />
			</Fields>
		</Stack>
	);
}

export function PoliciesSection() {
	const {form, change} = useDraft();
	return (
		<>
			<Section title="Status">
				<Box component="p" sx={{color: 'text.secondary', m: 0, mb: 2}}>What is expected of every server that no policy below matches.</Box>
				<AgeFields field="status." value={form.status} change={(part) => change((now) => ({status: {...now.status, ...part}}))} />
			</Section>
			<Section title="Policies">
				<Box component="p" sx={{color: 'text.secondary', m: 0, mb: 1}}>Other expectations for some servers. The first policy that matches a server counts.</Box>
				<ItemList
					label="Policies" field="policies" one="policy" ordered items={form.policies} create={newPolicy} name={({name}) => name || 'the new policy'}
					onChange={(edit) => change((now) => ({policies: edit(now.policies)}))} empty="No policy: the same is expected of every server."
					summary={(row) => (
						<>
							<Name>{row.name === '' ? 'New policy' : row.name}</Name>
							<Box component="span" sx={{display: 'block', color: 'text.secondary', fontSize: '.8125rem'}}><Name>{`${whom(row)}: good for ${row.green_within}`}</Name></Box>
						</>
					)}
					editor={(row, i, edit) => <Editor row={row} i={i} change={edit} />}
				/>
			</Section>
		</>
	);
}
