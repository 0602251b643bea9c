// App.tsx - the dashboard: theme, frame, and the page that the address names.
import createCache from '@emotion/cache';
import {CacheProvider} from '@emotion/react';
import {ThemeProvider} from '@mui/material/styles';
import {Suspense} from 'react';
import {EmptyState, LoadingState} from '../components/states.tsx';
import {nonce} from '../nonce.ts';
import {Link, usePath} from '../router.tsx';
import {theme} from '../theme.ts';
import {ErrorBoundary} from './ErrorBoundary.tsx';
import {PAGES} from './pages.ts';
import {Shell} from './Shell.tsx';

const cache = createCache({key: 'bc', nonce, prepend: true});

function Content() {
	const path = usePath();
	const page = PAGES.find((row) => row.path === path);
	if (page === undefined) {
		return <EmptyState title="There is no such page." action={<Link href="/">To the overview</Link>} />;
	}
	return (
		<ErrorBoundary key={path}>
			<Suspense fallback={<LoadingState lines={10} />}><page.Content /></Suspense>
		</ErrorBoundary>
	);
}

export function App() {
	return (
		<CacheProvider value={cache}>
			<ThemeProvider theme={theme} defaultMode="system">
				<Shell><Content /></Shell>
			</ThemeProvider>
		</CacheProvider>
	);
}
