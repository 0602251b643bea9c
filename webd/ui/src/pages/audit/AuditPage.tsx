// AuditPage.tsx - who did what, when, and from what to what: the newest first; filtered, and exported.
import Button from '@mui/material/Button';
import {FilterChips} from '../../components/FilterChips.tsx';
import {ActiveFilters, FilterMenu} from '../../components/FilterMenu.tsx';
import {Page} from '../../components/Page.tsx';
import {SearchField} from '../../components/SearchField.tsx';
import {EmptyState} from '../../components/states.tsx';
import {DataTable} from '../../components/table/DataTable.tsx';
import {useSearch} from '../../router.tsx';
import {COLUMNS, EntryCard} from './columns.tsx';
import {EntryDrawer} from './EntryDrawer.tsx';
import {Period} from './Period.tsx';
import {periodQuery} from './period.ts';
import {SEARCH} from './search.ts';
import {ACTION_NAMES} from './words.ts';

const FIELDS = [
	{name: 'actor', label: 'Who', helper: 'A name as the log has it: anna, token:monitoring, root, file'},
	{name: 'action', label: 'What', helper: 'As the API says it: session.begin, settings.change', offers: ACTION_NAMES},
];
const NO_FILTER = {q: '', actor: '', action: '', since: '', until: '', refused: null};

export default function AuditPage() {
	const [search, setSearch] = useSearch(SEARCH);
	const {q, actor, action, since, until, refused, entry} = search;
	const filtered = q !== '' || actor !== '' || action !== '' || since !== '' || until !== '' || refused !== null;
	const showAll = () => setSearch(NO_FILTER);
	const toolbar = (
		<>
			<SearchField label="Search the log" value={q} onChange={(typed) => setSearch({q: typed}, {replace: true})} />
			<Period since={since} until={until} onChange={(change) => setSearch(change, {replace: true})} />
			<FilterChips label="Outcome" value={refused === true ? ['refused'] : []} options={[{value: 'refused', label: 'Refused'}]} onChange={(on) => setSearch({refused: on.length > 0 ? true : null})} />
			<FilterMenu path="/api/audit" fields={FIELDS} values={{actor, action}} onApply={(values) => setSearch(values as Partial<typeof search>)} />
			<ActiveFilters fields={FIELDS} values={{actor, action}} onRemove={(name) => setSearch({[name]: ''})} />
			{filtered && <Button onClick={showAll}>Show all</Button>}
		</>
	);
	const empty = filtered
		? <EmptyState title="No entry matches." action={<Button variant="outlined" onClick={showAll}>Show all entries</Button>}>Take a filter away, or search for something shorter.</EmptyState>
		: <EmptyState title="Nothing has been done yet.">Who signs in, scans, exempts a server or changes a setting is written down here.</EmptyState>;
	return (
		<Page title="Audit log" about="Who did what. Nobody can change it." fill>
			<DataTable
				name="Audit log" path="/api/audit" filters={{q, actor, action, refused, ...periodQuery(since, until)}} columns={COLUMNS} noun={['entry', 'entries']} rowId={({id}) => id}
				onOpen={({id}) => setSearch({entry: id})} sort={{field: search.sort, order: search.order}}
				onSort={({field, order}) => setSearch({sort: field as typeof search.sort, order})} card={(row) => <EntryCard entry={row} />} toolbar={toolbar} empty={empty} exportPath="/api/audit"
			/>
			<EntryDrawer id={entry} onClose={() => setSearch({entry: null})} />
		</Page>
	);
}
