// pages.ts - the pages of the dashboard: a row here, a route in webd/routes.c, and a module that is loaded when it is needed.
import type {ComponentType} from 'react';
import {suffices, type Who} from '../api/session.ts';
import {AccountIcon, AccountsIcon, AuditIcon, DirectoriesIcon, FilesIcon, OverviewIcon, ScansIcon, ServersIcon, SettingsIcon, StatusIcon} from '../components/icons.tsx';
import {late} from '../late.tsx';

export interface PageRow {
	path: string;
	title: string;
	Icon: ComponentType;
	Content: ComponentType;
	/** For administrators alone. */
	admin?: boolean;
	/** Only where people sign in here. */
	password?: boolean;
	/** Reached by another way than the navigation. */
	unlisted?: boolean;
}

export const PAGES: readonly PageRow[] = [
	{path: '/', title: 'Overview', Icon: OverviewIcon, Content: late(() => import('../pages/overview/OverviewPage.tsx'))},
	{path: '/status', title: 'Backup status', Icon: StatusIcon, Content: late(() => import('../pages/status/StatusPage.tsx'))},
	{path: '/servers', title: 'Servers', Icon: ServersIcon, Content: late(() => import('../pages/servers/ServersPage.tsx'))},
	{path: '/files', title: 'Files', Icon: FilesIcon, Content: late(() => import('../pages/files/FilesPage.tsx'))},
	{path: '/directories', title: 'Directories', Icon: DirectoriesIcon, Content: late(() => import('../pages/directories/DirectoriesPage.tsx'))},
	{path: '/scans', title: 'Scans', Icon: ScansIcon, Content: late(() => import('../pages/scans/ScansPage.tsx'))},
	{path: '/settings', title: 'Settings', Icon: SettingsIcon, Content: late(() => import('../pages/settings/SettingsPage.tsx'))},
	{path: '/accounts', title: 'Accounts', Icon: AccountsIcon, admin: true, password: true, Content: late(() => import('../pages/accounts/AccountsPage.tsx'))},
	{path: '/audit', title: 'Audit log', Icon: AuditIcon, admin: true, Content: late(() => import('../pages/audit/AuditPage.tsx'))},
	{path: '/account', title: 'Your account', Icon: AccountIcon, password: true, unlisted: true, Content: late(() => import('../pages/account/AccountPage.tsx'))},
];

/** Why this page is not for who is signed in, as a sentence; undefined: it is. */
export function whyNoPage({admin = false, password = false}: PageRow, {method, role}: Who): string | undefined {
	if (password && method !== 'password') {
		return 'Here nobody signs in: there are no accounts.';
	}
	return admin && !suffices(role, 'admin') ? 'It is for administrators.' : undefined;
}
