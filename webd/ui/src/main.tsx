// main.tsx - starts the dashboard.
import {StrictMode} from 'react';
import {createRoot} from 'react-dom/client';
import {begin} from './api/session.ts';
import {App} from './app/App.tsx';

const root = document.getElementById('root');
if (root === null) {
	throw new Error('the page has no element "root"');
}
begin();
createRoot(root).render(<StrictMode><App /></StrictMode>);
