// Timeline.tsx - backups over time by their sizes: one line for each, to be walked with the mouse and the arrow keys.
import Box from '@mui/material/Box';
import {type KeyboardEvent, type PointerEvent, useState} from 'react';
import {shortDate, shortTime} from '../../format/time.ts';
import {visible} from '../../format/name.ts';
import {bytes} from '../../format/size.ts';
import {roundUp} from './scale.ts';

export interface TimelinePoint {
	/** Milliseconds since 1970. */
	time: number;
	size: number;
	name: string;
}

const WIDTH = 480;
const HEIGHT = 150;
const LEFT = 62; // for the sizes
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 22; // for the dates
const INNER = WIDTH - LEFT - RIGHT;
const LEAST_SPAN_MS = 3_600_000; // one backup alone is drawn in the middle

interface Scales {
	x: (time: number) => number;
	y: (size: number) => number;
	top: number;
}

function scalesOf(points: readonly TimelinePoint[]): Scales {
	const first = points[0]?.time ?? 0;
	const last = points.at(-1)?.time ?? 0;
	const span = Math.max(last - first, LEAST_SPAN_MS);
	const begin = (first + last - span) / 2;
	const top = roundUp(points.reduce((most, {size}) => Math.max(most, size), 1));
	return {top, x: (time) => LEFT + 4 + ((time - begin) / span) * (INNER - 8), y: (size) => HEIGHT - BOTTOM - (size / top) * (HEIGHT - TOP - BOTTOM)};
}

function Axes({points, scales: {y, top}}: {points: readonly TimelinePoint[]; scales: Scales}) {
	const first = shortDate(points[0]?.time ?? 0);
	const last = shortDate(points.at(-1)?.time ?? 0);
	return (
		<g fontSize="11" fill="var(--soft)">
			{[0, top / 2, top].map((size) => (
				<g key={size}>
					<line x1={LEFT} x2={WIDTH - RIGHT} y1={y(size)} y2={y(size)} stroke="var(--line)" />
					<text x={LEFT - 6} y={y(size) + 4} textAnchor="end">{bytes(size)}</text>
				</g>
			))}
			<text x={LEFT} y={HEIGHT - 6}>{first}</text>
			{last !== first && <text x={WIDTH - RIGHT} y={HEIGHT - 6} textAnchor="end">{last}</text>}
		</g>
	);
}

/** points: by time, the oldest first; at least one. */
export default function Timeline({points}: {points: readonly TimelinePoint[]}) {
	const [chosen, setChosen] = useState<number>();
	const scales = scalesOf(points);
	const at = Math.min(chosen ?? points.length - 1, points.length - 1);
	const point = points[at];
	if (point === undefined) {
		return null;
	}
	const text = `${shortTime(point.time)}: ${bytes(point.size)}`;

	const walk = (event: KeyboardEvent) => {
		const to = {ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: 0, End: points.length - 1}[event.key];
		if (to !== undefined) {
			event.preventDefault();
			setChosen(Math.max(0, Math.min(points.length - 1, to)));
		}
	};
	const pointTo = (event: PointerEvent<HTMLElement>) => {
		const box = event.currentTarget.getBoundingClientRect();
		const x = ((event.clientX - box.left) / box.width) * WIDTH;
		const distance = (one: TimelinePoint) => Math.abs(scales.x(one.time) - x);
		setChosen(points.reduce((nearest, one, i) => (distance(one) < distance(points[nearest] ?? one) ? i : nearest), 0));
	};
	return (
		<Box>
			<Box
				role="slider" tabIndex={0} aria-label="Backup in the timeline" aria-valuemin={1} aria-valuemax={points.length} aria-valuenow={at + 1} aria-valuetext={text}
				onKeyDown={walk} onPointerMove={pointTo} onPointerDown={pointTo} sx={{borderRadius: 1, touchAction: 'pan-y', cursor: 'crosshair'}}>
				<Box component="svg" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden sx={{display: 'block', width: '100%', height: 'auto'}}>
					<Axes points={points} scales={scales} />
					{points.map(({time, size}, i) => (
						<g key={i} stroke={i === at ? 'var(--ink)' : 'var(--green-bar)'} fill={i === at ? 'var(--ink)' : 'var(--green-bar)'}>
							<line x1={scales.x(time)} x2={scales.x(time)} y1={scales.y(0)} y2={scales.y(size)} strokeWidth={i === at ? 2 : 1.5} opacity={i === at ? 1 : .55} />
							<circle cx={scales.x(time)} cy={scales.y(size)} r={i === at ? 4 : 2.5} />
						</g>
					))}
				</Box>
			</Box>
			<Box sx={{display: 'flex', gap: 1.5, mt: .25, minWidth: 0, fontSize: '.8125rem'}}>
				<Box component="span" sx={{whiteSpace: 'nowrap', fontWeight: 600}}>{text}</Box>
				<Box component="bdi" sx={{color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap'}}>{visible(point.name)}</Box>
			</Box>
		</Box>
	);
}
