// Busy.tsx - a line at the edge of what is being asked for again. It comes with every question: a class of page.css, no style worked out for it.
export function Busy({above = false}: {above?: boolean}) {
	return <div role="progressbar" aria-label="Loading" className={above ? 'busy above' : 'busy'} />;
}
