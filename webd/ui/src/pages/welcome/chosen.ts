// chosen.ts - what was chosen at the first start: ticked suggestions, and own lines.
import type {Limits} from '../../api/types.ts';
import {checkPath, checkTarget} from '../settings/checks.ts';
import {clean} from '../settings/form.ts';

export interface Chosen {
	directories: readonly string[];
	networks: readonly string[];
	warnings: readonly string[];
}

export function together(ticked: readonly string[], typed: readonly string[]): string[] {
	return [...new Set([...ticked, ...clean(typed)])];
}

/** The first problem of own lines; null: none. */
export function problemOf(kind: 'directories' | 'networks', typed: readonly string[], limits: Limits): string | null {
	for (const [i, line] of typed.entries()) {
		const problem = line.trim() === '' ? null : kind === 'directories' ? checkPath(line, limits) : checkTarget(line.trim(), limits);
		if (problem !== null) {
			return `Line ${i + 1}: ${problem}`;
		}
	}
	return null;
}
