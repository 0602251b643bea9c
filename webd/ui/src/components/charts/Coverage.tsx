// Coverage.tsx - how many of the servers that need a backup have which status, over time: layers that add up to all of them.
import Box from '@mui/material/Box';
import {type KeyboardEvent, type PointerEvent, useState} from 'react';
import type {HistoryEntry} from '../../api/types.ts';
import {exactTime, shortDate, shortTime} from '../../format/time.ts';
import {count} from '../../format/size.ts';
import {STATUS_WORDS} from '../status.ts';
import {coverageOf, heldAt, LAYERS, layersOf} from './coverage.ts';

const WIDTH = 1000; // of the drawing; the page stretches it
const HEIGHT = 200;

interface CoverageProps {
	/** The oldest first; at least two. */
	entries: readonly HistoryEntry[];
	/** Milliseconds: the last count holds until then. */
	end: number;
}

/** What holds until the next count: steps, as corners from left to right. */
function corners(entries: readonly HistoryEntry[], layer: number, x: (time: number) => number, end: number): readonly (readonly [number, number])[] {
	return entries.flatMap((entry, i) => {
		const y = HEIGHT * (1 - (layersOf(entry)?.[layer] ?? 0));
		const next = entries[i + 1];
		return [[x(Date.parse(entry.time)), y], [x(next === undefined ? end : Date.parse(next.time)), y]] as const;
	});
}

const path = (points: readonly (readonly [number, number])[]) => `M${points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join('L')}Z`;

function Layers({entries, x, end}: CoverageProps & {x: (time: number) => number}) {
	const lines = LAYERS.map((_, layer) => corners(entries, layer, x, end));
	const floor = [[x(Date.parse(entries[0]?.time ?? '')), HEIGHT], [x(end), HEIGHT]] as const;
	return <>{LAYERS.map((layer, i) => <path key={layer} d={path([...(lines[i] ?? []), ...[...(lines[i - 1] ?? floor)].reverse()])} fill={`var(--${layer}-bar)`} />)}</>;
}

function told(entry: HistoryEntry): string {
	const parts = LAYERS.filter((layer) => entry[layer] > 0).map((layer) => `${count(entry[layer])} ${STATUS_WORDS[layer].toLowerCase()}`);
	return `${shortTime(Date.parse(entry.time))}: ${coverageOf(entry)} % covered${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
}

export default function Coverage({entries, end}: CoverageProps) {
	const [chosen, setChosen] = useState<number>();
	const at = Math.min(chosen ?? entries.length - 1, entries.length - 1);
	const entry = entries[at];
	if (entry === undefined) {
		return null;
	}
	const begin = Date.parse(entries[0]?.time ?? '');
	const x = (time: number) => ((time - begin) / Math.max(1, end - begin)) * WIDTH;
	const walk = (event: KeyboardEvent) => {
		const to = {ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: 0, End: entries.length - 1}[event.key];
		if (to !== undefined) {
			event.preventDefault();
			setChosen(Math.max(0, Math.min(entries.length - 1, to)));
		}
	};
	const point = (event: PointerEvent<HTMLElement>) => {
		const box = event.currentTarget.getBoundingClientRect();
		setChosen(heldAt(entries, begin + ((event.clientX - box.left) / box.width) * (end - begin)));
	};
	return (
		<Box>
			<Box sx={{display: 'grid', gridTemplateColumns: 'auto minmax(0, 1fr)', columnGap: 1, color: 'text.secondary', fontSize: '.75rem'}}>
				<Box aria-hidden sx={{display: 'flex', flexDirection: 'column', justifyContent: 'space-between', textAlign: 'right'}}><span>100 %</span><span>50 %</span><span>0 %</span></Box>
				<Box
					role="slider" tabIndex={0} aria-label="Count in the chart of coverage" aria-valuemin={1} aria-valuemax={entries.length} aria-valuenow={at + 1} aria-valuetext={told(entry)}
					onKeyDown={walk} onPointerMove={point} onPointerDown={point} onPointerLeave={() => setChosen(undefined)}
					sx={{height: {xs: 120, md: 150}, borderRadius: 1, overflow: 'hidden', touchAction: 'pan-y', cursor: 'crosshair', border: 1, borderColor: 'divider'}}>
					<Box component="svg" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden sx={{display: 'block', width: '100%', height: '100%'}}>
						<Layers entries={entries} x={x} end={end} />
						<line x1={0} x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} stroke="var(--paper)" strokeOpacity=".5" strokeDasharray="4 4" vectorEffect="non-scaling-stroke" />
						{chosen !== undefined && <line x1={x(Date.parse(entry.time))} x2={x(Date.parse(entry.time))} y1={0} y2={HEIGHT} stroke="var(--ink)" strokeWidth="2" vectorEffect="non-scaling-stroke" />}
					</Box>
				</Box>
				<span />
				<Box aria-hidden sx={{display: 'flex', justifyContent: 'space-between', gap: 1}}><span>{shortDate(begin)}</span><span>now</span></Box>
			</Box>
			<Box title={exactTime(Date.parse(entry.time))} sx={{mt: .5, fontSize: '.8125rem'}}>{told(entry)}</Box>
		</Box>
	);
}
