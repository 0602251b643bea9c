// widths.ts - how wide the columns of a table are. The grid could find out itself, but only once it has drawn every cell at its least width.
import {type RefObject, useLayoutEffect, useState} from 'react';
import type {Visibility} from './columns.ts';

export interface Sized {
	field: string;
	/** Pixels; with `flex` the least. */
	width: number;
	/** Its part of the room that the others leave. */
	flex?: number;
}

/** Pixels by field. */
export type Widths = Readonly<Record<string, number>>;

/** `chosen`: as a person wants them. Whose part of the room is less than its least width has that, and the rest is shared again. */
export function widthsOf(columns: readonly Sized[], chosen: Widths, visibility: Visibility, room: number): Widths {
	const widths = {...Object.fromEntries(columns.map(({field, width}) => [field, width])), ...chosen};
	const shown = columns.filter(({field}) => visibility[field]);
	let sharing = shown.filter(({field, flex}) => flex !== undefined && chosen[field] === undefined);
	let left = shown.filter((column) => !sharing.includes(column)).reduce((rest, {field}) => rest - (widths[field] ?? 0), room);
	for (;;) {
		const share = left / sharing.reduce((sum, {flex = 0}) => sum + flex, 0);
		const narrow = sharing.filter(({width, flex = 0}) => flex * share < width);
		if (narrow.length === 0) {
			return {...widths, ...Object.fromEntries(sharing.map(({field, flex = 0}) => [field, flex * share]))};
		}
		left = narrow.reduce((rest, {width}) => rest - width, left);
		sharing = sharing.filter((column) => !narrow.includes(column));
	}
}

/** How wide the ruler is inside, in pixels: without the scroll bar for which page.css has it keep room. 0: not known yet. */
export function useRoom(ruler: RefObject<HTMLElement | null>): number {
	const [room, setRoom] = useState(0);
	useLayoutEffect(() => {
		const box = ruler.current;
		if (box === null) {
			return undefined;
		}
		const measure = () => setRoom((before) => box.clientWidth || before); // on paper it is not there, and the table has to outlive that
		measure();
		const observer = new ResizeObserver(measure);
		observer.observe(box);
		return () => observer.disconnect();
	}, [ruler]);
	return room;
}
