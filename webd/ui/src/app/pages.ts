// pages.ts - the pages of the dashboard: a row here, a route in webd/routes.c, and a module that is loaded when it is needed.
import {type ComponentType, lazy, type LazyExoticComponent} from 'react';
import {DirectoriesIcon, FilesIcon, OverviewIcon, ScansIcon, ServersIcon, SettingsIcon, StatusIcon} from '../components/icons.tsx';

export interface PageRow {
	path: string;
	title: string;
	Icon: ComponentType;
	Content: LazyExoticComponent<ComponentType>;
}

export const PAGES: readonly PageRow[] = [
	{path: '/', title: 'Overview', Icon: OverviewIcon, Content: lazy(() => import('../pages/overview/OverviewPage.tsx'))},
	{path: '/status', title: 'Backup status', Icon: StatusIcon, Content: lazy(() => import('../pages/status/StatusPage.tsx'))},
	{path: '/servers', title: 'Servers', Icon: ServersIcon, Content: lazy(() => import('../pages/servers/ServersPage.tsx'))},
	{path: '/files', title: 'Files', Icon: FilesIcon, Content: lazy(() => import('../pages/files/FilesPage.tsx'))},
	{path: '/directories', title: 'Directories', Icon: DirectoriesIcon, Content: lazy(() => import('../pages/directories/DirectoriesPage.tsx'))},
	{path: '/scans', title: 'Scans', Icon: ScansIcon, Content: lazy(() => import('../pages/scans/ScansPage.tsx'))},
	{path: '/settings', title: 'Settings', Icon: SettingsIcon, Content: lazy(() => import('../pages/settings/SettingsPage.tsx'))},
];
