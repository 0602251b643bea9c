// late.tsx - modules that are loaded when they are needed first; and the rest of them once nothing else is to do, so that opening a page only draws it.
import {type ComponentType, lazy, useState} from 'react';

type Module<P> = {default: ComponentType<P>};

const START_MS = 1000; // after the first page: its own requests come first
const rest: (() => Promise<unknown>)[] = [];

/** A component of a module that is not loaded with this one; below <Suspense>. Once it is there it is drawn at once, without what stands for it while it loads. */
export function late<P extends object>(load: () => Promise<Module<P>>): ComponentType<P> {
	let loaded: ComponentType<P> | undefined;
	const keep = async () => {
		const module = await load();
		loaded = module.default;
		return module;
	};
	rest.push(keep);
	const Lazy: ComponentType<P> = lazy(keep);
	return function Late(props: P) {
		const [Loaded] = useState((): ComponentType<P> => loaded ?? Lazy);
		return <Loaded {...props} />;
	};
}

function idle(): Promise<unknown> {
	return new Promise((done) => ('requestIdleCallback' in window ? window.requestIdleCallback(done) : setTimeout(done, START_MS)));
}

async function loadRest(): Promise<void> {
	for (const load of rest) { // grows with what is loaded
		await idle();
		await load().catch(() => {}); // who opens it is told
	}
}

/** Some time after the first page. Returns what ends the waiting. */
export function later(also: () => void): () => void {
	const timer = setTimeout(() => {
		also();
		const {connection} = navigator as {connection?: {saveData?: boolean}};
		if (connection?.saveData !== true) {
			void loadRest();
		}
	}, START_MS);
	return () => clearTimeout(timer);
}
