/**
 * Keys of the configuration that are part of the contract while what they switch on is not built. Silence would let
 * somebody believe in a control that is not there, so each is an error that says what to do meanwhile.
 *
 * A `*` stands for any one key. A row goes when its feature comes.
 */
export const NOT_YET: readonly { readonly at: string; readonly instead: string; readonly only?: unknown }[] = [
	{ at: '/tls', instead: 'end TLS in a reverse proxy and name it in `trustProxy`' },
	{ at: '/adminTls', instead: 'end TLS in a reverse proxy and name it in `trustProxy`' },
	{ at: '/keys/signing', instead: 'remove it' },
	{ at: '/keys/master/awsKms', instead: 'use { file: … }, { env: … } or { command: … }' },
	{ at: '/keys/master/vault', instead: 'use { file: … }, { env: … } or { command: … }' },
	{ at: '/servers/*/sse', instead: 'use `http:` or `stdio:`' },
	{ at: '/servers/*/ws', instead: 'use `http:` or `stdio:`' },
	{ at: '/identity/oidc', instead: 'use tokens (`sluice token create`)' },
	{ at: '/policy/candidate', instead: 'compare policies with `sluice diff`' },
	{ at: '/policy/verifyKey', instead: 'remove it' },
	{ at: '/limits/evaluation', instead: 'remove it' },
	{ at: '/recording/mode', only: 'best-effort', instead: 'use `strict`' },
	{ at: '/recording/keep', instead: 'remove it: nothing is deleted' },
	{ at: '/recording/maxBytes', instead: 'remove it' },
	{ at: '/recording/reserve', instead: 'remove it' },
	{ at: '/recording/perPrincipal', instead: 'remove it' },
	{ at: '/export', instead: 'remove it' },
	{ at: '/fleet', instead: 'remove it' },
];
