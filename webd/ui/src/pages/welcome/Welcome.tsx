// Welcome.tsx - the first start: which directories, which networks; then both scans, with their progress.
import {useState} from 'react';
import type {ConfigAnswer} from '../../api/types.ts';
import {Choose} from './Choose.tsx';
import {FirstScans} from './FirstScans.tsx';
import type {Chosen} from './chosen.ts';

interface WelcomeProps {
	config: ConfigAnswer;
	/** It is saved: from now on the settings are no longer empty. */
	onBegin: () => void;
	/** The first scans have been seen. */
	onEnd: () => void;
	onSkip: () => void;
}

export default function Welcome({config, onBegin, onEnd, onSkip}: WelcomeProps) {
	const [saved, setSaved] = useState<Chosen | null>(null);
	if (saved !== null) {
		return <FirstScans chosen={saved} onEnd={onEnd} />;
	}
	return (
		<Choose
			config={config} onSkip={onSkip}
			onSaved={(chosen) => {
				setSaved(chosen);
				onBegin();
			}}
		/>
	);
}
