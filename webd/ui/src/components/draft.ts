// draft.ts - a rule while a person writes it: what is filled in, what is missing, and the rule that it makes.
import type {Rule} from '../api/types.ts';
import type {Intent} from './RulePreview.tsx';
import type {ServerChoice} from './ServerPicker.tsx';

export interface Draft {
	by: 'path' | 'regex';
	pattern: string;
	/** named: by (?<host>...) in the regular expression. */
	then: 'server' | 'named' | 'ignore';
	server: ServerChoice | null;
	/** Before all other rules; else behind them. */
	first: boolean;
}

const KNOWN_BY_NAME = -1; // a rule names its server, not the id

export function draftOf(rule: Rule, server?: number): Draft {
	const {path = null, regex = null, server: name = null, ignore = false} = rule;
	return {
		by: regex === null ? 'path' : 'regex', pattern: regex ?? path ?? '', first: false,
		then: ignore ? 'ignore' : regex !== null && name === null && namesHost(regex) ? 'named' : 'server',
		server: name === null || name === '' ? null : {id: server ?? KNOWN_BY_NAME, name},
	};
}

export function namesHost(regex: string): boolean {
	return regex.includes('(?<host>');
}

/** What has to be filled in yet, as a sentence; '' if nothing. */
export function missing({by, pattern, then, server}: Draft): string {
	if (pattern.trim() === '') {
		return 'Say which files are meant.';
	}
	if (then === 'server' && server === null) {
		return 'Choose a server.';
	}
	return then === 'named' && !(by === 'regex' && namesHost(pattern)) ? 'Put (?<host>…) around the server’s name.' : '';
}

export function ruleOf({by, pattern, then, server}: Draft): Rule {
	const match: Rule = by === 'path' ? {path: pattern} : {regex: pattern};
	return then === 'ignore' ? {...match, ignore: true} : then === 'server' && server !== null ? {...match, server: server.name} : match;
}

export function intentOf(draft: Draft): Intent {
	if (draft.then === 'ignore') {
		return 'ignore';
	}
	if (missing(draft) !== '') {
		return 'undecided';
	}
	return draft.then === 'named' ? 'named' : draft.server?.id === null ? 'new' : 'known';
}

/** The rule to preview: which files are meant can be told before it is said whose they are. */
export function previewOf(draft: Draft): Rule | null {
	if (draft.pattern.trim() === '') {
		return null;
	}
	const intent = intentOf(draft);
	return intent === 'undecided' || intent === 'new' ? ruleOf({...draft, then: 'ignore'}) : ruleOf(draft);
}
