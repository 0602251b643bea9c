// nonce.ts - the page's policy lets only styles with its nonce in: who makes style elements needs it.
export const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? '';
