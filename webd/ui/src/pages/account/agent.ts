// agent.ts - what a browser says of itself, in the two words that a person knows it by.
const BROWSERS: readonly (readonly [RegExp, string])[] = [
	[/\bEdg\w*\//, 'Edge'], [/\bOPR\//, 'Opera'], [/\bFirefox\//, 'Firefox'], [/\b(?:Chromium|Chrome|HeadlessChrome|CriOS)\//, 'Chrome'], [/\bSafari\//, 'Safari'], [/\bcurl\//, 'curl'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
	[/\bAndroid\b/, 'Android'], [/\b(?:iPhone|iPad)\b/, 'iOS'], [/\bWindows\b/, 'Windows'], [/\bMac OS X\b/, 'macOS'], [/\bCrOS\b/, 'ChromeOS'], [/\bLinux\b/, 'Linux'],
];
const LENGTH_MAX = 60;

const nameIn = (agent: string, names: readonly (readonly [RegExp, string])[]) => names.find(([pattern]) => pattern.test(agent))?.[1];

/** "Firefox on Linux"; what is not known stays as it is, shortened. */
export function agentText(agent: string): string {
	const [browser, system] = [nameIn(agent, BROWSERS), nameIn(agent, SYSTEMS)];
	if (browser === undefined) {
		return agent === '' ? 'An unknown browser' : agent.slice(0, LENGTH_MAX);
	}
	return system === undefined ? browser : `${browser} on ${system}`;
}
