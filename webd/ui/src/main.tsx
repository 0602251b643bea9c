// main.tsx - starts the dashboard.
import {StrictMode} from 'react';
import {createRoot} from 'react-dom/client';
import {listen} from './api/events.ts';
import {App} from './app/App.tsx';

const root = document.getElementById('root');
if (root === null) {
	throw new Error('the page has no element "root"');
}
listen();
createRoot(root).render(<StrictMode><App /></StrictMode>);
