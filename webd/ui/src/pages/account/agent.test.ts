// agent.test.ts - browsers are told by the name that a person knows.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {agentText} from './agent.ts';

test('the usual browsers have two words, though each claims to be the others', () => {
	const told: readonly (readonly [string, string])[] = [
		['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Firefox on Linux'],
		['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0', 'Edge on Windows'],
		['Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36', 'Chrome on Android'],
		['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15', 'Safari on macOS'],
		['curl/8.7', 'curl'],
		['', 'An unknown browser'],
		['<b>x', '<b>x'],
	];
	for (const [agent, text] of told) {
		assert.equal(agentText(agent), text);
	}
});

test('a long unknown one is shortened', () => {
	assert.equal(agentText('x'.repeat(500)).length, 60);
});
