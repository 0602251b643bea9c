// scale.ts - round values for the axis of sizes.
const STEP = 1024;
const ROUND = [1, 2, 4, 5, 8, 10, 20, 40, 50, 80, 100, 200, 400, 500, 800, STEP];

/** The least round number of a binary unit that is not below it: 1.3 GiB gives 2 GiB. */
export function roundUp(bytes: number): number {
	let unit = 1;
	while (bytes > unit * STEP) {
		unit *= STEP;
	}
	return (ROUND.find((round) => bytes <= round * unit) ?? STEP) * unit;
}
