import { createHash } from 'node:crypto';

const STYLE =
	'body{font:16px/1.5 system-ui,sans-serif;max-width:38rem;margin:3rem auto;padding:0 1rem;color:#111;background:#fff}h1{font-size:1.3rem}dt{color:#555}dd{margin:0 0 .6rem;overflow-wrap:anywhere}input{font:inherit;width:100%;box-sizing:border-box}button{font:inherit;margin:.8rem .6rem 0 0}code{overflow-wrap:anywhere}';
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Nothing but this style, and forms to where they are meant to go. `forms`: sources besides this address. */
export function pagePolicy(forms = ''): string {
	return `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'${forms}; frame-ancestors 'none'; base-uri 'none'`;
}

/** What the consent page shows. */
export interface ConsentShown {
	readonly server: string;
	readonly principal: string;
	readonly resource: string;
	readonly issuer: string;
	readonly scope: string;
	readonly handle: string;
	/** When the connection that is there was made, ISO 8601. */
	readonly since?: string;
}

/** Who are you? */
export function signInPage(server: string): string {
	const name = escaped(server);
	return page(
		`Connect to ${name}`,
		`<p>The server <strong>${name}</strong> is used under each person's own account. To connect yours, show the gateway who
you are: the token that your client uses here.</p>
<form method="post" action="/connect/${name}">
<label>Token <input type="password" name="token" autocomplete="off" required></label>
<button>Continue</button>
</form>`,
	);
}

/** Do you allow it? */
export function consentPage(shown: ConsentShown): string {
	const { server, principal, resource, issuer, scope, handle, since } = shown;
	const name = escaped(server);
	const hidden = `<input type="hidden" name="handle" value="${escaped(handle)}">`;
	const present =
		since === undefined
			? ''
			: `<p>You are connected since ${escaped(since)}. Allowing it again takes the place of that connection.</p>`;
	const end =
		since === undefined
			? ''
			: `<form method="post" action="/connect/${name}/disconnect">${hidden}<button>Disconnect</button></form>`;
	return page(
		`Connect to ${name}`,
		`<p>You are <strong>${escaped(principal)}</strong>. If you allow it, whoever calls this gateway as you, agents among them,
uses the server under the account that you choose next; policy here still judges every call.</p>
<dl><dt>Server</dt><dd>${name}</dd><dt>What the tokens are for</dt><dd>${escaped(resource)}</dd>
<dt>You will be sent to</dt><dd>${escaped(issuer)}</dd><dt>Asked for</dt><dd>${scope === '' ? 'what it gives by default' : escaped(scope)}</dd></dl>
${present}<form method="post" action="/connect/${name}/allow">${hidden}<button>Allow, and go there</button></form>${end}`,
	);
}

/** It is done. */
export function donePage(title: string, text: string): string {
	return page(escaped(title), `<p>${escaped(text)}</p>`);
}

/** It did not work. */
export function errorPage({
	code,
	message,
	help,
}: {
	code: string;
	message: string;
	help?: string | undefined;
}): string {
	const way = help === undefined ? '' : `<p>${escaped(help)}</p>`;
	return page('This did not work', `<p>${escaped(message)}</p>${way}<p><code>${escaped(code)}</code></p>`);
}

function page(title: string, body: string): string {
	return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} – Sluice</title><style>${STYLE}</style></head>
<body><h1>${title}</h1>
${body}
</body></html>
`;
}

function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
