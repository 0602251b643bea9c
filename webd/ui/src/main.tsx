// main.tsx - starts the dashboard.
import {createRoot} from 'react-dom/client';
createRoot(document.getElementById('root')!).render(<p>backup-checker</p>);
