import type { Suite, Verdicts } from '../../reference-server/referee.ts';
import { type Scenario, scenarios } from './auth/scenarios.ts';
import { differences } from './differences.ts';

/** One suite of one reference server, over every wire. */
export interface Row {
	readonly server: string;
	readonly suite: Suite;
	readonly direct: Verdicts;
	readonly http: Verdicts;
	readonly stdio: Verdicts;
}

const tally = ({ passed, failed }: Verdicts) =>
	failed === 0 ? `${passed} passed` : `${passed} passed, ${failed} failed`;
const command = (suite: Suite) => (suite === 'all' ? '--suite all' : `--requirements ${suite}`);

/** A row of the page's table. */
export function line({ server, suite, direct, http, stdio }: Row): string {
	return `| ${server} | \`${command(suite)}\` | ${tally(direct)} | ${tally(http)} | ${tally(stdio)} |`;
}

/** A scenario for authorization, as the page's second table has it. */
export function loginLine({ name, not }: Scenario): string {
	return `| \`${name}\` | passes | ${not === undefined ? 'passes' : 'does not apply'} |`;
}

/** The page, wholly from what was run. It is only written when every row of the second table holds. */
export function page(rows: readonly Row[]): string {
	return `# Conformance

What the MCP project's own referee says of a server when it asks it directly, and when it asks it through Sluice: the
same, check by check. Written by \`npm run conformance\`, which runs it all; the tests run it too.

The referee is \`@modelcontextprotocol/conformance\` 0.2.0-alpha.12. \`--requirements\` is what a revision asks of every
server, as it was frozen with it, at that revision's wire; \`--suite all\` is every scenario, those of extensions and
those that wait to be scored included. The servers are in \`test/reference-server*\`: one on each of the official SDKs,
and one on \`node:http\` alone that speaks both eras and has the tasks extension. Behind the gateway each is
reached over HTTP and, as a child process, over stdio; the referee itself always comes over HTTP.

| server | suite | direct | through, HTTP upstream | through, stdio upstream |
| --- | --- | --- | --- | --- |
${rows.map(line).join('\n')}

SDK 2.4.0 does not have the tasks extension: what fails there fails direct too, and is not scored for 2026-07-28.
Version 0.1.16 of the referee (44 checks) gives the same results through the gateway as direct as well, and the
recording rebuilds both wires byte by byte (\`test/e2e/conformance.test.ts\`). Every run is replayed from its recording without
a difference.

## Known differences

${differences.map(({ scenario, wire, why }) => `- \`${scenario}\`, ${wire} upstream: ${why}`).join('\n')}

## Authorization

The referee also plays a resource server with its authorization server, and judges what a client does. The client
here is the official SDK 2.4.0's own OAuth flow. Through: the gateway is the resource server (OIDC issuer, RFC 9728 metadata,
scopes) and changes each client's token for one of the server's (RFC 8693). The referee's tokens are opaque and known
only to its own server, so a front of ours makes signed ones of them, which a gateway can verify; all else of its
authorization server passes as it is. Its protected resource metadata is read by who configures the gateway; the client
reads the gateway's.

| scenario | direct | through |
| --- | --- | --- |
${scenarios.map(loginLine).join('\n')}

What does not apply, and why:

${scenarios.flatMap(({ name, not }) => (not === undefined ? [] : [`- \`${name}\`: ${not}`])).join('\n')}
`;
}
