// StatusPage.tsx - every server with the status of its backups: search, filters, order, work lists, and a drawer with the facts.
import Button from '@mui/material/Button';
import {useState} from 'react';
import {useMay} from '../../api/session.ts';
import {ExemptDialog} from '../../components/ExemptDialog.tsx';
import {ActiveFilters, FilterMenu, filterWords} from '../../components/FilterMenu.tsx';
import {FilterChips} from '../../components/FilterChips.tsx';
import {Page} from '../../components/Page.tsx';
import {ScanButton} from '../../components/ScanButton.tsx';
import {SearchField} from '../../components/SearchField.tsx';
import {isFiltered, useServerFilters} from '../../components/server/filters.ts';
import {AddressedServerDrawer} from '../../components/server/ServerDrawer.tsx';
import {EmptyState} from '../../components/states.tsx';
import {STATUSES, STATUS_WORDS} from '../../components/status.ts';
import {StatusSymbol} from '../../components/StatusChip.tsx';
import {DataTable} from '../../components/table/DataTable.tsx';
import {counted} from '../../format/size.ts';
import {visible} from '../../format/name.ts';
import {useSearch} from '../../router.tsx';
import {COLUMNS, ServerCard} from './columns.tsx';
import {filtersOf, NO_FILTER, type Search, SEARCH} from './search.ts';
import {useStatusCounts, useWorkCounts} from './useStatusCounts.ts';

const SELECTED_MAX = 200; // each is exempted by itself
const WORK = [['unprotected', 'Without any backup'], ['mergeable', 'Same name as another']] as const;

function Toolbar({search, onChange, filtered}: {search: Search; onChange: (change: Partial<Search>, options?: {replace?: boolean}) => void; filtered: boolean}) {
	const [opened, setOpened] = useState(false);
	const filters = filtersOf(search);
	const counts = useStatusCounts(filters);
	const work = useWorkCounts({...filters, unprotected: null, mergeable: null, status: search.status});
	const fields = useServerFilters(opened);
	const lists = WORK.filter(([name]) => search[name] === true || (work[name] ?? 0) > 0);
	return (
		<>
			<SearchField label="Search servers" value={search.q} onChange={(q) => onChange({q}, {replace: true})} />
			<FilterChips
				label="Status" value={search.status} onChange={(status) => onChange({status})}
				options={STATUSES.map((status) => ({value: status, label: STATUS_WORDS[status], count: counts[status], icon: <StatusSymbol status={status} />, tone: status}))}
			/>
			{lists.length > 0 && (
				<FilterChips
					label="To do" value={lists.map(([name]) => name).filter((name) => search[name] === true)} options={lists.map(([value, label]) => ({value, label, count: work[value]}))}
					onChange={(on) => onChange({unprotected: on.includes('unprotected') || null, mergeable: on.includes('mergeable') || null})}
				/>
			)}
			<FilterMenu
				path="/api/servers" fields={fields} values={{os: search.os, subnet: search.subnet, tag: search.tag, policy: search.policy}} onApply={(values) => onChange(values as Partial<Search>)}
				onOpen={() => setOpened(true)}
			/>
			<ActiveFilters fields={fields} values={search as never} onRemove={(name, nothing) => onChange({[name]: nothing})} />
			{filtered && <Button onClick={() => onChange(NO_FILTER)}>Show all</Button>}
		</>
	);
}

function Selected({ids, onChange}: {ids: readonly number[]; onChange: (ids: readonly number[]) => void}) {
	const [exempting, setExempting] = useState(false);
	return (
		<>
			<Button variant="contained" onClick={() => setExempting(true)}>{`Exempt ${counted(ids.length, 'server')}`}</Button>
			<Button onClick={() => onChange([])}>Choose none</Button>
			{exempting && <ExemptDialog servers={ids.map((id) => ({id, hostname: `server ${id}`}))} onDone={() => onChange([])} onClose={() => setExempting(false)} />}
		</>
	);
}

export default function StatusPage() {
	const [search, setSearch] = useSearch(SEARCH);
	const [selected, setSelected] = useState<readonly number[]>([]);
	const mayExempt = useMay('operator');
	const fields = useServerFilters(false);
	const filters = {...filtersOf(search), status: search.status};
	const filtered = isFiltered(filters);
	const told = [
		...(search.q === '' ? [] : [`“${visible(search.q)}”`]), ...search.status.map((status) => STATUS_WORDS[status]),
		...WORK.filter(([name]) => search[name] === true).map(([, label]) => label), ...filterWords(fields, search as never).map(([, words]) => words),
	].join('; ');
	const empty = filtered ? (
		<EmptyState title="No server matches." action={<Button variant="outlined" onClick={() => setSearch(NO_FILTER)}>Show all servers</Button>}>
			Take a filter away, or search for something shorter.
		</EmptyState>
	) : (
		<EmptyState title="No server is known yet." action={<ScanButton kind="servers" variant="contained" />}>
			Name your networks in the settings and scan them, or add servers by hand on the page Servers.
		</EmptyState>
	);
	return (
		<Page title="Backup status" fill actions={<><ScanButton kind="directories" /><ScanButton kind="servers" /></>}>
			<DataTable
				name="Backup status" path="/api/servers" filters={filters} columns={COLUMNS} noun={['server', 'servers']} print={{filters: told}}
				sort={{field: search.sort, order: search.order}} onSort={({field, order}) => setSearch({sort: field as typeof search.sort, order})}
				rowId={(server) => server.id} rowStatus={(server) => server.backup_status} onOpen={(server) => setSearch({server: server.id})}
				{...(mayExempt ? {selection: {ids: selected, onChange: (ids) => setSelected(ids.slice(0, SELECTED_MAX))}} : {})} card={(server) => <ServerCard server={server} />} empty={empty}
				exportPath="/api/status"
				toolbar={selected.length > 0 ? <Selected ids={selected} onChange={setSelected} /> : <Toolbar search={search} onChange={setSearch} filtered={filtered} />}
			/>
			<AddressedServerDrawer />
		</Page>
	);
}
