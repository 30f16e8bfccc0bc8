/**
 * Keys of the configuration that are part of the contract while what they switch on is not built. Silence would let
 * somebody believe in a control that is not there, so each is an error that says what to do meanwhile; where doing
 * without weakens nothing that is promised by default, it is a note (`harmless`).
 *
 * A `*` stands for any one key. A row goes when its feature comes.
 */
export const NOT_YET: readonly {
	readonly at: string;
	/** What to do meanwhile, or (`harmless`) what happens meanwhile. */
	readonly instead: string;
	readonly only?: unknown;
	readonly harmless?: true;
}[] = [
	{ at: '/keys/signing', instead: 'remove it' },
	{ at: '/keys/master/awsKms', instead: 'use { file: … }, { env: … } or { command: … }' },
	{ at: '/keys/master/vault', instead: 'use { file: … }, { env: … } or { command: … }' },
	{ at: '/recording/mode', only: 'best-effort', instead: 'use `strict`' },
	{ at: '/recording/keep', instead: 'nothing is deleted', harmless: true },
	{
		at: '/recording/maxBytes',
		instead: 'recordings grow until the disk is full, and then nothing is forwarded',
		harmless: true,
	},
	{ at: '/recording/reserve', instead: 'nothing is kept free', harmless: true },
	{ at: '/recording/perPrincipal', instead: 'no principal has a quota', harmless: true },
	{ at: '/export', instead: 'remove it' },
	{ at: '/fleet', instead: 'remove it' },
];
