// WordsSection.tsx - words that are too common to name a server by themselves.
import {Section} from '../../components/Page.tsx';
import {useDraft} from './draft.ts';
import {Lines, Stack} from './fields.tsx';

export function WordsSection() {
	const {form, change} = useDraft();
	return (
		<Section title="Generic words">
			<Stack>
				<Lines
					field="generic_names" label="Words" placeholder={'vm\nguest'} value={form.generic_names} onChange={(generic_names) => change(() => ({generic_names}))}
					help="One a line. A server with such a name is not found in a file's name by it alone. Common words, such as backup, full and daily, are known already."
				/>
			</Stack>
		</Section>
	);
}
