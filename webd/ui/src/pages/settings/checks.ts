// checks.ts - what can be said of one value while it is typed. The server judges again, and exactly; a check here never refuses what it takes.
import type {Limits} from '../../api/types.ts';

/** null: nothing is wrong. */
type Problem = string | null;

const SECONDS = {s: 1, m: 60, h: 3600, d: 86_400, w: 604_800};
const YEAR = 365 * SECONDS.d;

/** "36h" in seconds; null: not one number and one unit. */
export function seconds(text: string): number | null {
	const [, number, unit] = /^(\d{1,12})([smhdw])$/.exec(text.trim()) ?? [];
	return text.trim() === '0' ? 0 : number === undefined ? null : Number(number) * SECONDS[unit as keyof typeof SECONDS];
}

export function checkDuration(text: string, least: number, most = 100 * YEAR): Problem {
	const value = seconds(text);
	if (value === null) {
		return 'Write a number and a unit, such as 36h, 7d or 2w.';
	}
	return value < least ? `At least ${least === 60 ? '1m' : `${least}s`}.` : value > most ? `At most ${Math.floor(most / SECONDS.d)}d.` : null;
}

export function checkWhole(text: string, least: number, most: number): Problem {
	const value = Number(text);
	return !/^\d+$/.test(text.trim()) || value < least || value > most ? `Write a whole number between ${least} and ${most.toLocaleString()}.` : null;
}

const SIZE_UNITS = ['', 'K', 'M', 'G', 'T'];

/** "100 MiB" in bytes; null: no size. */
export function size(text: string): number | null {
	const [, number, unit] = /^(\d+(?:\.\d+)?)\s*(?:([KMGT])?(?:iB|B)?)$/i.exec(text.trim()) ?? [];
	return number === undefined ? null : Math.round(Number(number) * 1024 ** SIZE_UNITS.indexOf((unit ?? '').toUpperCase()));
}

/** The inverse, exact: 1536 is "1536". */
export function sizeText(bytes: number): string {
	let power = 0;
	while (power < SIZE_UNITS.length - 1 && bytes > 0 && bytes % 1024 ** (power + 1) === 0) {
		power++;
	}
	return power === 0 ? String(bytes) : `${bytes / 1024 ** power} ${SIZE_UNITS[power]}iB`;
}

export function checkSize(text: string): Problem {
	const bytes = size(text);
	return bytes === null ? 'Write a size, such as 100 MiB.' : bytes > 2 ** 50 ? 'At most 1024 TiB.' : null;
}

function isWithin(path: string, directory: string): boolean {
	return directory === '/' || path === directory || path.startsWith(`${directory}/`);
}

export function checkPath(text: string, limits: Limits): Problem {
	const path = text.trim().replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
	if (path === '') {
		return 'Name a directory, such as /srv/backups.';
	}
	if (!path.startsWith('/')) {
		return 'A path begins with a slash, such as /srv/backups.';
	}
	if (/\/\.{1,2}(\/|$)/.test(path)) {
		return 'A path must not contain "." or ".." as a part.';
	}
	const never = limits.directories_never.find((one) => isWithin(path, one));
	if (never !== undefined) {
		return `The limits forbid everything in ${never}.`;
	}
	return limits.directories_within.some((one) => isWithin(path, one)) ? null : `The limits allow only ${limits.directories_within.join(', ')}.`;
}

function v4(text: string): number | null {
	const parts = text.split('.');
	const valid = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
	return valid ? parts.reduce((sum, part) => sum * 256 + Number(part), 0) : null;
}

function checkV4(address: number, bits: string | undefined): Problem {
	if (bits === undefined) {
		return null;
	}
	if (!/^\d{1,2}$/.test(bits) || Number(bits) > 32) {
		return 'Behind the slash stands a number between 0 and 32.';
	}
	const hosts = 2 ** (32 - Number(bits));
	const network = Math.floor(address / hosts) * hosts;
	const dotted = [24, 16, 8, 0].map((shift) => Math.floor(network / 2 ** shift) % 256).join('.');
	return network === address ? null : `The network is ${dotted}/${bits}.`;
}

/** A network or an address. */
export function checkPrefix(text: string): Problem {
	const [address = '', bits, ...more] = text.split('/');
	const number = v4(address);
	if (more.length === 0 && number !== null) {
		return checkV4(number, bits);
	}
	const isV6 = more.length === 0 && address.includes(':') && /^[0-9a-f:.]+$/i.test(address) && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= 128));
	return isV6 ? null : 'It is no network or address, such as 10.0.0.0/24 or fd00::/120.';
}

/** What can be scanned: a network, an address, a host name. */
export function checkTarget(text: string, limits: Limits): Problem {
	const isName = text.length <= 253 && /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i.test(text) && !/^[\d.]+$/.test(text);
	if (isName) {
		return null;
	}
	const problem = checkPrefix(text);
	const [, bits] = text.split('/');
	const least = text.includes(':') ? limits.smallest_prefix_v6 : limits.smallest_prefix_v4;
	return problem ?? (bits !== undefined && Number(bits) < least ? `It is too large: the limits allow /${least} and smaller networks.` : null);
}

export function checkPorts(text: string): Problem {
	const top = /^top:(\d{1,5})$/.exec(text.trim())?.[1];
	const isPort = (port: string | undefined) => port !== undefined && /^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65535;
	if (top !== undefined) {
		return isPort(top) ? null : 'Behind top: stands a number between 1 and 65535.';
	}
	const good = text.trim().split(',').every((part) => {
		const [first, last, ...more] = part.split('-');
		return more.length === 0 && isPort(first) && (last === undefined || (isPort(last) && Number(last) >= Number(first)));
	});
	return good ? null : 'Write ports such as 22,80,8000-8100, or top:100.';
}
