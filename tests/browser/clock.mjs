// clock.mjs - runs in the page: how long a person waits, from the press of a button or key until what it changes is drawn.
// Not the browser's own "event" timing: that ends with the first frame after the press, however little of the answer is in it.

/** For addInitScript(). __waited() gives milliseconds until the rows of the table were drawn, and until all was; 0 if nothing was. */
export function installClock() {
	let pressed = 0;
	let drawn = {rows: 0, all: 0};
	for (const type of ['pointerdown', 'keydown']) {
		addEventListener(type, ({timeStamp}) => {
			pressed = timeStamp;
			drawn = {rows: pressed, all: pressed};
		}, {capture: true});
	}
	const isRow = ({target}) => (target instanceof Element ? target : target.parentElement)?.closest('.MuiDataGrid-virtualScroller') != null;
	new MutationObserver((changes) => {
		const rows = changes.some(isRow);
		requestAnimationFrame(() => { // before the frame; what is sent now comes when it is drawn
			const {port1, port2} = new MessageChannel();
			port1.onmessage = () => {
				drawn.all = performance.now();
				drawn.rows = rows ? drawn.all : drawn.rows;
			};
			port2.postMessage(null);
		});
	}).observe(document, {characterData: true, childList: true, subtree: true}); // what moves or changes its colour then is there
	window.__waited = () => ({rows: drawn.rows - pressed, all: drawn.all - pressed});
}
