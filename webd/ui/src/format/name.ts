// name.ts - names that came from other people's files and networks, made harmless to look at.

/** Control and direction marks would hide or reorder what stands around them: each becomes a visible mark. */
export function visible(name: string): string {
	return name.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '\ufffd');
}
