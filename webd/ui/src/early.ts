// early.ts - runs before the first paint: sets the colour scheme that was chosen, so that nothing flashes. theme.ts reads the same key.
const chosen = (() => {
	try {
		return localStorage.getItem('mui-mode');
	} catch {
		return null; // storage is forbidden
	}
})();
const dark = chosen === 'dark' || (chosen !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches);
document.documentElement.setAttribute('data-scheme', dark ? 'dark' : 'light');
