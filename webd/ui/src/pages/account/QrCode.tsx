// QrCode.tsx - a text as a QR code: drawn here, so that a secret is sent to nobody; dark on light in both schemes, as cameras want it.
import Box from '@mui/material/Box';
import {encode} from 'uqr';

const QUIET_ZONE = 4; // modules of margin, as ISO/IEC 18004 asks for

export function QrCode({text, label}: {text: string; label: string}) {
	const {size, data} = encode(text, {ecc: 'M', border: QUIET_ZONE});
	const dark = data.map((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')).join('')).join('');
	return (
		<Box
			component="svg" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges"
			sx={{display: 'block', width: '13rem', maxWidth: '100%', height: 'auto', borderRadius: 1, border: 1, borderColor: 'divider'}}>
			<rect width={size} height={size} fill="#fff" />
			<path d={dark} fill="#000" />
		</Box>
	);
}
