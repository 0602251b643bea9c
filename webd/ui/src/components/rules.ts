// rules.ts - rules for files: what one would do, and adding one so that it can be taken back.
import {useEffect, useState} from 'react';
import {ApiError, get, send} from '../api/client.ts';
import type {Rule, RulePreview} from '../api/types.ts';
import type {ServerChoice} from './ServerPicker.tsx';
import {useSettled} from './useSettled.ts';

export interface Previewed {
	result: RulePreview | undefined;
	error: ApiError | undefined;
	/** What is shown belongs to an older rule. */
	busy: boolean;
}

/** What that rule would match, asked when it has not changed for a while; null: there is none yet. */
export function useRulePreview(rule: Rule | null): Previewed {
	const key = JSON.stringify(rule);
	const settled = useSettled(key);
	const [answer, setAnswer] = useState<{key: string; result?: RulePreview; error?: ApiError}>({key: 'null'});
	useEffect(() => {
		const asked = JSON.parse(settled) as Rule | null;
		if (asked === null) {
			return undefined;
		}
		const abort = new AbortController();
		send('POST /api/rules/preview', {body: {rule: asked}, signal: abort.signal}).then(
			({result}) => setAnswer({key: settled, result}),
			(error: unknown) => {
				if (!abort.signal.aborted) {
					setAnswer({key: settled, error: error as ApiError});
				}
			});
		return () => abort.abort();
	}, [settled]);
	if (rule === null) {
		return {result: undefined, error: undefined, busy: false};
	}
	return {result: answer.result, error: answer.key === key ? answer.error : undefined, busy: answer.key !== key};
}

/** What was added: what undo() takes back. */
export interface Added {
	warnings: readonly string[];
	undo: () => Promise<void>;
}

async function takeBack(revision: string, first: boolean, server: number | null): Promise<void> {
	const {config, revision: now} = await get('/api/config');
	if (now !== revision) {
		throw new ApiError(409, 'conflict', 'the configuration has changed since; remove the rule on the page Settings');
	}
	await send('PUT /api/config', {body: {...config, rules: first ? config.rules.slice(1) : config.rules.slice(0, -1)}, ifMatch: revision});
	if (server !== null) {
		await send('DELETE /api/servers/{id}', {id: server});
	}
}

/** Adds the server first if it is not known yet; then `added` tells its id, should the rule be refused. */
export async function addRule(rule: Rule, first: boolean, choice: ServerChoice | null, added: (server: ServerChoice) => void): Promise<Added> {
	let server: number | null = null;
	if (choice !== null && choice.id === null) {
		server = (await send('POST /api/servers', {body: {hostname: choice.name}})).server.id;
		added({id: server, name: choice.name});
	}
	const {revision, warnings} = await send('POST /api/rules', {body: {rule, position: first ? 1 : 0}});
	return {warnings, undo: () => takeBack(revision, first, server)};
}
