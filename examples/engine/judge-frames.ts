/**
 * The engine as a library: judges a few frames of one session under the starter policy, without a gateway.
 *
 *     node examples/engine/judge-frames.ts
 */
import { join } from 'node:path';
import { Engine, type Judged } from 'sluice/engine';

// Rego and data of a folder. `Engine.load('policy.tar.gz')` takes what `sluice build` made, and needs no compiler.
const policies = join(import.meta.dirname, '../../policies');
const engine = await Engine.compile(policies, { env: process.env });

// The engine has no clock: when the session began, and `t` of each frame, are facts that its caller knows.
const session = engine.session({
	id: 'example',
	startedNs: 1_760_000_000_000_000_000n,
	server: { name: 'files', labels: ['internal'], transport: 'stdio' },
	principal: { id: 'laptop-agent', kind: 'agent', issuer: 'example' },
});

let milliseconds = 0;
/** One message from one side, judged; prints what is to become of it. */
function say(from: 'client' | 'server', text: string): Judged {
	milliseconds += 10;
	const judged = session.frame({ from, bytes: Buffer.from(text), t: milliseconds * 1_000_000 });
	console.log(`${from}  ${text}`);
	console.log(`        ${judged.verdict}${judged.code === undefined ? '' : ` ${judged.code}: ${judged.message}`}`);
	for (const { set, rule, message } of judged.reasons) console.log(`        ${set} ${rule}: ${message}`);
	if (judged.verdict === 'mask') console.log(`        ${judged.delivered}`);
	console.log();
	return judged;
}

const call = (id: number, name: string, args: object) =>
	JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } });
const answer = (id: number, text: string) =>
	JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } });

// Allowed; a warning goes on the record.
say('client', call(1, 'read_text_file', { path: 'notes.txt' }));

// The answer holds a token (made up; in two parts, so that nothing that looks for secrets takes this file for one).
say('server', answer(1, `Deploy key: ghp_${'x7Kq2mWv9RtB4nYc8LsD1fHj6ZpA3gEu5TiQ'}`));

// Denied by a rule.
say('client', call(2, 'run_command', { command: 'rm -rf /' }));

// Held for a human. Once somebody has approved it, it is judged again, and goes.
const held = say('client', call(3, 'delete_file', { path: 'notes.txt' }));
const released = session.release(held, { t: 60_000_000_000 });
console.log(`approved: ${released.delivered?.length} bytes go to the server\n`);

// Two readers could disagree about this one, so no policy is asked.
say('client', '{"jsonrpc":"2.0","id":4,"method":"ping","method":"tools/call"}');

// An input document instead of a frame, as `sluice eval` takes it. Rules deny what they cannot see, so it has its facts.
const calls = { total: 1, last_minute: 1 };
const { verdict, reasons } = engine.decide({
	version: 1,
	from: 'client',
	kind: 'request',
	method: 'tools/call',
	params: { name: 'bash', arguments: {} },
	tool: { name: 'bash', arguments: {}, definition: { status: 'same' } },
	session: { id: 'example', seq: 1, labels: [], calls: { ...calls, by_tool: {} } },
	recent: { labels: [], calls: { ...calls, by_server: {} } },
	findings: [],
});
console.log(`document with the tool bash: ${verdict}, by ${reasons.map(({ rule }) => rule).join(', ')}`);
