// expect.mjs - what tests of several pages say of them.
import {waitFor} from './harness.mjs';

export function expect(condition, what) {
	if (!condition) {
		throw new Error(what);
	}
}

/** Until read() gives something, all of it good. */
export async function expectAll(read, good, what) {
	let seen = [];
	await waitFor(async () => {
		seen = await read();
		return seen.length > 0 && seen.every(good);
	}, what, 5000).catch((error) => {
		throw new Error(`${error.message}: ${JSON.stringify(seen.slice(0, 10))}`);
	});
}

/** The line above a table that counts its rows. */
export const counts = (page, text) => page.locator('main').getByRole('status').getByText(text, {exact: true}).waitFor();
/** The texts of one column of the rows that are there. */
export const cells = (page, field) => page.locator(`.MuiDataGrid-row [data-field=${field}]`).allInnerTexts();
