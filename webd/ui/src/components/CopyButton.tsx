// CopyButton.tsx - puts a text into the clipboard, also where the page is not served by HTTPS.
import Button, {type ButtonProps} from '@mui/material/Button';
import {useRef} from 'react';
import {toast} from '../app/toasts.tsx';

/** Browsers give the clipboard to secure pages only: elsewhere a selected text is copied as by hand. */
function copyByHand(text: string, beside: HTMLElement): boolean {
	const area = document.createElement('textarea');
	area.value = text;
	area.className = 'hidden-text';
	area.setAttribute('aria-label', 'Copied text');
	beside.append(area);
	area.select();
	const copied = document.execCommand('copy');
	area.remove();
	return copied;
}

export function CopyButton({text, label, ...rest}: {text: string; label: string} & ButtonProps) {
	const place = useRef<HTMLSpanElement>(null);
	const copy = async () => {
		let copied: boolean;
		try {
			await navigator.clipboard.writeText(text);
			copied = true;
		} catch {
			copied = place.current !== null && copyByHand(text, place.current);
		}
		toast(copied ? 'Copied.' : 'The browser did not let it be copied. Select the text and copy it.', copied ? 'success' : 'error');
	};
	return (
		<span ref={place}>
			<Button variant="outlined" {...rest} onClick={() => void copy()}>{label}</Button>
		</span>
	);
}
