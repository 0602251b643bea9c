// SignInPage.tsx - stands in place of every page until somebody is signed in; the address stays, so that one arrives where one wanted to be.
import Button from '@mui/material/Button';
import {useSession} from '../../api/session.ts';
import {FirstForm} from './FirstForm.tsx';
import {Frame} from './Frame.tsx';
import {SignInForm} from './SignInForm.tsx';

const reload = () => window.location.reload();

export default function SignInPage() {
	const {method, setup, ended, token} = useSession();
	if (method === 'proxy') {
		return (
			<Frame title="Not signed in" about="The server in front of this one did not say who you are, or you may not use this. Sign in there, then try again.">
				<Button variant="contained" onClick={reload} sx={{mt: 2.5}}>Try again</Button>
			</Frame>
		);
	}
	if (token !== '') {
		return <Frame title="Create the first account" about="It is the administrator, who adds the others."><FirstForm /></Frame>;
	}
	if (setup) {
		return (
			<Frame title="Nobody has an account yet" about="The server has printed a link for the first start on its terminal and in the journal. Open it: journalctl -u backup-checker-webd">
				<Button variant="contained" onClick={reload} sx={{mt: 2.5}}>Try again</Button>
			</Frame>
		);
	}
	const about = ended ? 'Your session has ended. Sign in, and you are back where you were.' : undefined;
	return <Frame title="Sign in" about={about}><SignInForm /></Frame>;
}
