// TableMenus.tsx - which columns a table shows, and its export: exactly the filtered view, made by the server.
import Button from '@mui/material/Button';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import {type ReactNode, useId, useState} from 'react';
import {type Query, urlOf} from '../../api/client.ts';
import {ColumnsIcon, DownloadIcon, GoodIcon} from '../icons.tsx';
import type {Column, Visibility} from './columns.ts';

function MenuButton({label, icon, children}: {label: string; icon: ReactNode; children: (close: () => void) => ReactNode}) {
	const [anchor, setAnchor] = useState<HTMLElement | null>(null);
	const id = useId();
	const close = () => setAnchor(null);
	return (
		<>
			<Button
				variant="outlined" color="inherit" startIcon={icon} aria-haspopup="menu" aria-expanded={anchor !== null} {...(anchor === null ? {} : {'aria-controls': id})}
				sx={{borderColor: 'divider', minHeight: 34}} onClick={(event) => setAnchor(event.currentTarget)}>
				{label}
			</Button>
			<Menu id={id} anchorEl={anchor} open={anchor !== null} onClose={close} slotProps={{list: {'aria-label': label, dense: true}}}>{children(close)}</Menu>
		</>
	);
}

interface TableMenusProps<R> {
	columns: readonly Column<R>[];
	visibility: Visibility;
	onVisibility: (visibility: Visibility) => void;
	/** Cards have no columns to choose. */
	wide: boolean;
	exportPath: string | undefined;
	query: Query;
}

export function TableMenus<R>({columns, visibility, onVisibility, wide, exportPath, query}: TableMenusProps<R>) {
	const shown = columns.filter((column) => visibility[column.field]).length;
	return (
		<>
			{wide && (
				<MenuButton label="Columns" icon={<ColumnsIcon />}>
					{() => columns.map(({field, header}) => (
						<MenuItem
							key={field} role="menuitemcheckbox" aria-checked={visibility[field] === true} disabled={shown === 1 && visibility[field] === true}
							onClick={() => onVisibility({...visibility, [field]: visibility[field] !== true})}>
							<GoodIcon sx={{mr: 1, visibility: visibility[field] === true ? 'visible' : 'hidden'}} />
							{header}
						</MenuItem>
					))}
				</MenuButton>
			)}
			{exportPath !== undefined && (
				<MenuButton label="Export" icon={<DownloadIcon />}>
					{(close) => (['csv', 'xlsx'] as const).map((format) => (
						<MenuItem key={format} component="a" href={urlOf(`${exportPath}.${format}`, {query})} download onClick={close}>
							{format === 'csv' ? 'CSV (text)' : 'XLSX (spreadsheet)'}
						</MenuItem>
					))}
				</MenuButton>
			)}
		</>
	);
}
