// icons.tsx - the icons: our own lines on a grid of 24. They say nothing to a screen reader; the text beside them does.
import SvgIcon, {type SvgIconProps} from '@mui/material/SvgIcon';
import {cloneElement} from 'react';

function icon(path: string) {
	const line = <path d={path} fill="none" stroke="currentColor" strokeWidth={1.9} strokeLinecap="round" strokeLinejoin="round" />;
	const plain = <svg className="icon" viewBox="0 0 24 24" aria-hidden focusable={false}>{line}</svg>;
	// A table has many: with page.css's classes it is one element, where SvgIcon works out its style each time.
	return function Icon({className, ...adorned}: SvgIconProps) {
		if (Object.keys(adorned).length > 0) {
			return <SvgIcon fontSize="small" aria-hidden className={className} {...adorned}>{line}</SvgIcon>;
		}
		return className === undefined ? plain : cloneElement(plain, {className: `icon ${className}`});
	};
}

export const GoodIcon = icon('M4 12.5l5.5 5.5L20 7');
export const WarningIcon = icon('M12 3.5L22 20H2zM12 10v4.5M12 17.2v.1');
export const ErrorIcon = icon('M6 6l12 12M18 6L6 18');
export const UnknownIcon = icon('M8 9a4 4 0 1 1 5.5 3.7c-1 .4-1.5 1-1.5 2.3M12 19v.1');
export const ExemptIcon = icon('M5 12h14');

export const OverviewIcon = icon('M3 20h18M6 20v-7M11 20V5M16 20v-10');
export const StatusIcon = icon('M12 3l8 3v6c0 4.5-3.3 7.8-8 9-4.7-1.2-8-4.5-8-9V6zM8.5 12l2.5 2.5 4.5-5');
export const ServersIcon = icon('M4 4h16v6H4zM4 14h16v6H4zM8 7v.1M8 17v.1');
export const FilesIcon = icon('M6 3h8l5 5v13H6zM14 3v5h5');
export const DirectoriesIcon = icon('M3 6h6l2 2.5h10V19H3z');
export const ScansIcon = icon('M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM16 16l5 5');
export const SettingsIcon = icon('M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4');

export const AccountIcon = icon('M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.5 20.5c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5');
export const AccountsIcon = icon('M9 4.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM2.5 19.5c.6-3.2 3.2-5 6.5-5s5.9 1.8 6.5 5M15.5 5a3.3 3.3 0 0 1 0 6.2M17.5 14.9c2.1.6 3.6 2.2 4 4.6');
export const AuditIcon = icon('M6 3h12v18H6zM9.5 8h5M9.5 12h5M9.5 16h3');

export const MenuIcon = icon('M4 7h16M4 12h16M4 17h16');
export const CloseIcon = ErrorIcon;
export const SearchIcon = ScansIcon;
export const DownloadIcon = icon('M12 4v11M7 11l5 5 5-5M4 20h16');
export const ColumnsIcon = icon('M4 5h16v14H4zM9.5 5v14M14.5 5v14');
export const PrintIcon = icon('M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z');
export const FiltersIcon = icon('M3 6h18M6.5 12h11M10 18h4');
export const AddIcon = icon('M12 5v14M5 12h14');
export const PreviousIcon = icon('M15 5l-7 7 7 7');
export const NextIcon = icon('M9 5l7 7-7 7');
export const UpIcon = icon('M5 15l7-7 7 7');
export const DownIcon = icon('M5 9l7 7 7-7');
export const LightIcon = icon('M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5');
export const DarkIcon = icon('M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z');
export const SystemIcon = icon('M3 5h18v11H3zM9 20h6M12 16v4');
export const OfflineIcon = icon('M3 3l18 18M5 12a10 10 0 0 1 4-2.4M15 9.8a10 10 0 0 1 4 2.2M8.5 15.5a5 5 0 0 1 7 0M12 19v.1');
