// ErrorBoundary.tsx - a page that fails takes nothing else with it, and says what to do. After an update of the server, old pages miss their modules.
import Button from '@mui/material/Button';
import {Component, type ReactNode} from 'react';
import {EmptyState} from '../components/states.tsx';

export class ErrorBoundary extends Component<{children: ReactNode}, {failed: boolean}> {
	override state = {failed: false};

	static getDerivedStateFromError(): {failed: boolean} {
		return {failed: true};
	}

	override render(): ReactNode {
		if (!this.state.failed) {
			return this.props.children;
		}
		return (
			<EmptyState title="This page could not be shown." action={<Button variant="contained" onClick={() => window.location.reload()}>Reload</Button>}>
				The server may have been updated. Reloading brings the new version.
			</EmptyState>
		);
	}
}
