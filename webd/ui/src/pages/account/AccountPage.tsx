// AccountPage.tsx - one's own account: password, authenticator, sessions, and for administrators the API tokens.
import {ROLE_WORDS, suffices, useSession} from '../../api/session.ts';
import {Page} from '../../components/Page.tsx';
import {visible} from '../../format/name.ts';
import {AuthenticatorSection} from './AuthenticatorSection.tsx';
import {PasswordSection} from './PasswordSection.tsx';
import {SessionsSection} from './SessionsSection.tsx';
import {TokensSection} from './TokensSection.tsx';

export default function AccountPage() {
	const {name, role} = useSession();
	return (
		<Page title="Your account" about={<>You are <bdi>{visible(name)}</bdi>, {ROLE_WORDS[role].toLowerCase()}.</>}>
			<PasswordSection />
			<AuthenticatorSection />
			<SessionsSection />
			{suffices(role, 'admin') && <TokensSection />}
		</Page>
	);
}
