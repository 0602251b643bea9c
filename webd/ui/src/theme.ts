// theme.ts - how MUI looks here: dense, calm, system fonts; the colours of a status are page.css's.
import {createTheme} from '@mui/material/styles';

const FONT = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif';

export const theme = createTheme({
	cssVariables: {colorSchemeSelector: 'data-scheme'},
	colorSchemes: {
		light: {palette: {primary: {main: '#2156b8'}, error: {main: '#b3182a'}, background: {default: '#f6f7f9', paper: '#ffffff'}, text: {primary: '#1a1f27', secondary: '#586070'}, divider: '#dfe3e8'}},
		dark: {palette: {primary: {main: '#8ab4ff'}, error: {main: '#ff8a8a'}, background: {default: '#12151a', paper: '#1a1e25'}, text: {primary: '#e7eaef', secondary: '#a3acba'}, divider: '#323842'}},
	},
	shape: {borderRadius: 6},
	typography: {
		fontFamily: FONT, fontSize: 13,
		h1: {fontSize: '1.375rem', fontWeight: 650, letterSpacing: '-.01em'},
		h2: {fontSize: '1rem', fontWeight: 650},
		h3: {fontSize: '.875rem', fontWeight: 650},
		button: {textTransform: 'none', fontWeight: 600},
	},
	components: {
		MuiButton: {defaultProps: {size: 'small', disableElevation: true}},
		MuiButtonBase: {defaultProps: {disableRipple: true}},
		MuiIconButton: {defaultProps: {size: 'small'}},
		MuiTextField: {defaultProps: {size: 'small'}},
		MuiPaper: {styleOverrides: {root: {backgroundImage: 'none'}}},
	},
});
