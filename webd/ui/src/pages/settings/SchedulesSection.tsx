// SchedulesSection.tsx - when scans start by themselves: as cron has it, in words, with the next three runs.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import {useQuery} from '../../api/query.ts';
import {Section} from '../../components/Page.tsx';
import {exactTime, relativeTime} from '../../format/time.ts';
import {useNow} from '../../components/Time.tsx';
import {useDraft} from './draft.ts';
import {Field, Stack, TIME_ZONES} from './fields.tsx';
import {useSettled} from '../../components/useSettled.ts';

const USUAL = [['@every 1h', 'Every hour'], ['@every 6h', 'Every 6 hours'], ['0 3 * * *', 'Every day at 03:00'], ['30 4 * * 1-5', 'On working days at 04:30'], ['off', 'Never']] as const;

function Runs({next}: {next: readonly string[]}) {
	const now = useNow();
	return (
		<Box component="ol" aria-label="Next runs" sx={{m: 0, pl: 2.5, color: 'text.secondary'}}>
			{next.map((iso) => <li key={iso}><time dateTime={iso}>{`${exactTime(Date.parse(iso))} (${relativeTime(Date.parse(iso), now)})`}</time></li>)}
		</Box>
	);
}

function Schedule({field, title, value, timezone, onChange}: {field: string; title: string; value: string; timezone: string; onChange: (value: string) => void}) {
	const {readOnly} = useDraft();
	const expression = useSettled(value.trim() === '' ? 'off' : value.trim());
	const zone = useSettled(timezone.trim());
	const {data, error} = useQuery('/api/schedule/preview', {query: {expression, timezone: zone}});
	const wrong = error?.field === 'expression';
	return (
		<Box component="fieldset" sx={{border: 0, p: 0, m: 0, minWidth: 0}}>
			<Box component="legend" sx={{fontWeight: 650, p: 0, mb: 1.25}}>{title}</Box>
			<Field
				field={field} label="When" value={value} onChange={onChange} {...(wrong ? {problem: error.message} : {})}
				help="Minute, hour, day of the month, month, day of the week; or @daily, @every 6h, off."
			/>
			<Box role="group" aria-label={`Usual times for ${title.toLowerCase()}`} sx={{display: 'flex', flexWrap: 'wrap', gap: .5, my: 1}}>
				{USUAL.map(([text, words]) => (
					<Button key={text} variant={value.trim() === text ? 'outlined' : 'text'} disabled={readOnly} aria-pressed={value.trim() === text} onClick={() => onChange(text)}>{words}</Button>
				))}
			</Box>
			<Box aria-live="polite">
				{data !== undefined && error === undefined && (
					<>
						<strong>{data.words === expression && !expression.startsWith('@') ? 'At the following times' : data.words.charAt(0).toUpperCase() + data.words.slice(1)}</strong>
						{expression.startsWith('@every') && ' after the start of the scan before; if one started now:'}
						<Runs next={data.next} />
					</>
				)}
			</Box>
		</Box>
	);
}

export function SchedulesSection() {
	const {form, change} = useDraft();
	const {directories, servers, timezone} = form.schedule;
	const edit = (part: Partial<typeof form.schedule>) => change((now) => ({schedule: {...now.schedule, ...part}}));
	const zone = useSettled(timezone.trim());
	const {error} = useQuery('/api/schedule/preview', {query: {expression: 'off', timezone: zone}});
	return (
		<Section title="Schedules">
			<Stack>
				<Schedule field="schedule.directories" title="Scan of directories" value={directories} timezone={timezone} onChange={(text) => edit({directories: text})} />
				<Schedule field="schedule.servers" title="Scan of servers" value={servers} timezone={timezone} onChange={(text) => edit({servers: text})} />
				<Field
					field="schedule.timezone" label="Time zone" placeholder="the server's own" suggestions={TIME_ZONES} value={timezone} onChange={(text) => edit({timezone: text})}
					{...(error?.field === 'timezone' ? {problem: error.message} : {})} help="Of the times above, and of times in file names that state none. The runs are shown in the zone of your browser."
				/>
			</Stack>
		</Section>
	);
}
