// App.tsx - the dashboard: theme, frame, and the page that the address names.
import createCache from '@emotion/cache';
import {CacheProvider} from '@emotion/react';
import {ThemeProvider} from '@mui/material/styles';
import {lazy, Suspense, useEffect} from 'react';
import {useSession} from '../api/session.ts';
import {EmptyState, LoadingState} from '../components/states.tsx';
import {later} from '../late.tsx';
import {nonce} from '../nonce.ts';
import {Link, usePath} from '../router.tsx';
import {theme} from '../theme.ts';
import {ErrorBoundary} from './ErrorBoundary.tsx';
import {PAGES, whyNoPage} from './pages.ts';
import {Shell} from './Shell.tsx';

const SignInPage = lazy(() => import('../pages/signin/SignInPage.tsx'));

const cache = createCache({key: 'bc', nonce, prepend: true});

function Content() {
	const path = usePath();
	const who = useSession();
	const page = PAGES.find((row) => row.path === path);
	if (page === undefined) {
		return <EmptyState title="There is no such page." action={<Link href="/">To the overview</Link>} />;
	}
	const whyNot = whyNoPage(page, who);
	if (whyNot !== undefined) {
		return <EmptyState title="This page is not for you." action={<Link href="/">To the overview</Link>}>{whyNot}</EmptyState>;
	}
	return (
		<ErrorBoundary key={path}>
			<Suspense fallback={<LoadingState lines={10} />}><page.Content /></Suspense>
		</ErrorBoundary>
	);
}

/** Nothing but the way in is shown to nobody. */
function Gate() {
	const {state, name} = useSession();
	// One sheet for all is made soonest; later rules get one each: a sheet that grows has the whole page styled again.
	useEffect(() => (state === 'in' ? later(() => (cache.sheet.isSpeedy = false)) : undefined), [state]);
	switch (state) {
		case 'asking':
			return null;
		case 'out':
			return <ErrorBoundary><Suspense fallback={null}><SignInPage /></Suspense></ErrorBoundary>;
		case 'in':
			return <Shell key={name}><Content /></Shell>;
	}
}

export function App() {
	return (
		<CacheProvider value={cache}>
			<ThemeProvider theme={theme} defaultMode="system">
				<Gate />
			</ThemeProvider>
		</CacheProvider>
	);
}
