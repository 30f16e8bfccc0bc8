import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { splice } from '../../../engine/mask/splice.ts';
import type { FrameLine } from '../../../engine/recording/lines.ts';
import { loadConfig } from '../../../gateway/config/load.ts';
import { type Gateway, startGateway } from '../../../gateway/index.ts';
import { LmdbReader } from '../../../gateway/record/lmdb/reader.ts';
import type { ExitCode, Shell } from '../../shell.ts';
import { withStore } from '../local-store.ts';
import { callTool, connectAgent } from './agent.ts';
import { clientConfiguration } from './client-configuration.ts';
import { atAnotherTerminal } from './desk.ts';
import { makeScratch, PLANTED, type Scratch } from './scratch.ts';
import { Screen } from './screen.ts';

/** The guided tour. Everything in it is real: servers, client, store, and the commands it runs. */
export async function runDemo(options: { readonly once: boolean }, shell: Shell): Promise<ExitCode> {
	const free = options.once ? { mcp: 0, admin: 0 } : { mcp: await freePort(7070), admin: await freePort(7071) };
	const scratch = await makeScratch(free);
	let gateway: Gateway | undefined;
	const close = shell.use(async () => {
		await gateway?.stop();
		await scratch.remove();
	});
	try {
		const config = await loadConfig(scratch.config);
		shell.err('starting the gateway …\n');
		gateway = await startGateway({
			config,
			env: shell.env,
			log: shell.stderr,
			clock: shell.clock,
			progress: (line) => shell.err(`${line}\n`),
		});
		const screen = new Screen(shell);
		const token = await tour(gateway, scratch, shell, screen);
		if (options.once) return 0;
		await serve(gateway, scratch, token, shell, screen);
		return 0;
	} finally {
		await close();
	}
}

async function tour(gateway: Gateway, scratch: Scratch, shell: Shell, screen: Screen): Promise<string> {
	const terminal = (args: readonly string[], token?: string) =>
		atAnotherTerminal([...args, '--config', scratch.config], shell, {
			width: screen.width - 3,
			...(token === undefined ? {} : { token }),
		});
	await screen.raw(
		`Sluice, the guided tour.\nGateway ${gateway.mcp}, policy revision ${gateway.revision.slice(0, 12)}.\n`,
	);
	const agent = (await terminal(['token', 'create', '--as', 'coder', '--for', 'alice', '--role', 'agent'])).text.trim();
	const approver = (await terminal(['token', 'create', '--as', 'bob', '--role', 'approver'])).text.trim();

	await screen.scene('An allowed call');
	const everything = await connectAgent(`${gateway.mcp}/mcp/everything`, agent);
	const echo = await callTool(everything, 'echo', { message: 'hello' });
	await screen.say('The agent `coder`, working for alice, calls `echo` on server-everything.');
	await screen.fact('answer', echo.text);
	await everything.close();

	await screen.scene('A secret does not leave');
	const files = await connectAgent(`${gateway.mcp}/mcp/files`, agent);
	await files.listTools();
	const read = await callTool(files, 'read_text_file', { path: `${scratch.docs}/deploy.env` });
	await screen.say('It reads deploy.env, in which a token was planted, from server-filesystem. This is what it gets:');
	await screen.output(read.text);
	const session = await latestSession('files', scratch, shell);
	const masked = session.frames.findLast((line) => line.verdict === 'mask');
	if (masked !== undefined) {
		const left = splice(masked.bytes, masked.delivered ?? []);
		await screen.say('sha256 of the frame that the server sent, and of the one that left the gateway:');
		await screen.fact('sent', sha256(masked.bytes));
		await screen.fact('left', sha256(left));
		await screen.say(
			`The record has both. The planted token is ${left.includes(PLANTED) ? 'STILL THERE' : 'in what the server sent and not in what left'}.`,
		);
	}

	await screen.scene('A delete waits for a human');
	const memory = await connectAgent(`${gateway.mcp}/mcp/memory`, agent);
	await callTool(memory, 'create_entities', {
		entities: [{ name: 'customer-42', entityType: 'customer', observations: ['pays on time'] }],
	});
	const deleting = callTool(memory, 'delete_entities', { entityNames: ['customer-42'] });
	const ticket = await pendingTicket(terminal);
	await screen.say(
		'It calls `delete_entities` on server-memory. The call is held; the client waits. Bob looks at another terminal:',
	);
	await screen.command(`sluice approvals show ${ticket}`);
	await screen.output((await terminal(['approvals', 'show', ticket], approver)).text);
	await screen.command(`sluice approvals approve ${ticket} --reason "left us"`);
	await screen.output((await terminal(['approvals', 'approve', ticket, '--reason', 'left us'], approver)).text);
	const deleted = await deleting;
	await screen.fact('answer', deleted.text.split('\n')[0] ?? '');
	const graph = await callTool(memory, 'read_graph', {});
	await screen.say(
		`Executed ${graph.text.includes('customer-42') ? 'NOT AT ALL' : 'once'}: the approval was good for exactly this call, and is used up.`,
	);
	await memory.close();

	await screen.scene('A denied call says which rule');
	const outside = await callTool(files, 'read_text_file', { path: '/etc/passwd' });
	await screen.output(wrapped(outside.text, screen.width - 3));
	await files.close();

	await screen.scene('Everything is on the record');
	await screen.command(`sluice sessions show ${session.id.slice(0, 8)}…`);
	await screen.output((await terminal(['sessions', 'show', session.id])).text);

	await screen.scene('Tomorrow’s policy against today’s traffic');
	await screen.say(
		'A stricter rule is proposed: no `.env` files for agents. Judging the recorded session again, as it was and as it would be:',
	);
	await screen.command('sluice replay SESSION --policy next.yaml');
	await screen.output((await terminal(['replay', session.id, '--policy', scratch.next])).text);
	await screen.command('sluice diff --from sluice.yaml --to next.yaml SESSION');
	const diff = await terminal(['diff', '--from', scratch.config, '--to', scratch.next, session.id]);
	await screen.output(diff.text);
	await screen.say(`Exit code ${diff.exit}: CI stops here until somebody accepts the difference.`);
	return agent;
}

async function serve(gateway: Gateway, scratch: Scratch, token: string, shell: Shell, screen: Screen): Promise<void> {
	await screen.scene('Your turn');
	await screen.say(`The gateway goes on serving. API, health and metrics: ${gateway.admin}`);
	await screen.raw(clientConfiguration(`${gateway.mcp}/mcp/files`, token));
	await screen.say('What it holds can be seen and approved from another terminal:');
	await screen.command(`npm run sluice -- approvals list --config ${scratch.config}`);
	await screen.say('Ctrl-C ends it and removes the scratch folder.');
	await new Promise<void>((end) => {
		if (shell.stopped.aborted) end();
		shell.stopped.addEventListener('abort', () => end(), { once: true });
	});
}

/** The last session with a server, as recorded. */
function latestSession(server: string, scratch: Scratch, shell: Shell): Promise<{ id: string; frames: FrameLine[] }> {
	return withStore({ config: scratch.config }, shell, true, async ({ store, master }) => {
		const reader = new LmdbReader(store, master);
		let id = '';
		for await (const summary of reader.sessions({ server })) id = summary.id;
		const frames: FrameLine[] = [];
		for await (const line of reader.lines(id)) if (line.type === 'frame') frames.push(line);
		return { id, frames };
	});
}

async function pendingTicket(terminal: (args: readonly string[]) => Promise<{ text: string }>): Promise<string> {
	for (;;) {
		const { text } = await terminal(['approvals', 'list', '--state', 'pending']);
		const ticket = /^([a-z0-9]{6,})\s+pending/m.exec(text)?.[1];
		if (ticket !== undefined) return ticket;
	}
}

function wrapped(text: string, width: number): string {
	return text.replace(new RegExp(`(.{1,${width}})(?: +|$)`, 'g'), '$1\n').trimEnd();
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** `wanted`, or 0 (the system chooses) if somebody has it. */
function freePort(wanted: number): Promise<number> {
	return new Promise((resolve) => {
		const probe = createServer();
		probe.once('error', () => resolve(0));
		probe.listen(wanted, '127.0.0.1', () => probe.close(() => resolve(wanted)));
	});
}
