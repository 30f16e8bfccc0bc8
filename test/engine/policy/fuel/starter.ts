import { join } from 'node:path';
import { compilePolicy } from '../../../../engine/policy/compile.ts';
import { readPolicyConfig } from '../../../../engine/policy/config-data.ts';
import { readPolicySource } from '../../../../engine/policy/source.ts';
import { CACHE, openTestCompiler } from '../compiler-for-tests.ts';

/** A module and its data as an evaluator gets them. */
export interface Subject {
	readonly wasm: Uint8Array;
	readonly data: unknown;
}

/** The starter library of this repository. */
export async function starter(): Promise<Subject> {
	const source = await readPolicySource(join(import.meta.dirname, '../../../../policies'));
	const compiler = openTestCompiler();
	try {
		const { wasm, data, rules } = await compilePolicy(source, { detectors: ['secrets', 'pii'] }, '1', compiler, CACHE);
		const ids = rules.map((rule) => rule.id);
		return { wasm, data: { ...data, sluice: { levels: readPolicyConfig(data, ids).levels } } };
	} finally {
		await compiler.close();
	}
}

/** Inputs by the rule that answers them; `-` where none does. */
export const INPUTS: readonly (readonly [string, Uint8Array])[] = [
	['-', call('search_documents', { query: 'quarterly report', limit: 20, text: 'x '.repeat(700) })],
	['-', call('read_file', { path: '/srv/docs/a.txt' }, { server: { name: 'db', labels: [], transport: 'stdio' } })],
	['files/outside_roots', call('read_file', { path: '/srv/../etc/passwd' })],
	['files/destructive', call('delete_file', { path: '/srv/docs/a.txt' })],
	['shell/closed', call('run_shell', { command: 'ls' })],
	['sql/destructive', call('query', { sql: "select 'x'; drop table users -- it is time" })],
	['budget/calls', call('search', {}, { session: { ...session(), calls: { ...session().calls, total: 5000 } } })],
	['tools/changed_definition', call('search', {}, { tool: tool('search', {}, 'changed') })],
	[
		'flow/untrusted_then_send',
		call('send_mail', { to: 'a@b.c' }, { session: { ...session(), labels: ['untrusted-data'] } }),
	],
	['secrets/leave_arguments', call('search', { q: 'x' }, { findings: [finding('secret/github-token')] })],
	['tools/malformed_call', call('search', {}, { params: { name: 'search', arguments: ['a'] } })],
	['secrets/leave_result', answer([{ type: 'text', text: 'a token' }], { findings: [finding('secret/aws-key')] })],
	['pii/card', answer([{ type: 'text', text: 'a card' }], { findings: [finding('pii/card')] })],
	['size/oversized_result', answer([{ type: 'text', text: 'x'.repeat(300_000) }])],
	['-', Buffer.from('{}')],
];

function call(name: string, args: unknown, more: object = {}): Uint8Array {
	const params = { name, arguments: args };
	return input({ from: 'client', kind: 'request', method: 'tools/call', params, tool: tool(name, args), ...more });
}

function answer(content: unknown, more: object = {}): Uint8Array {
	const params = { name: 'search', arguments: {} };
	const rest = { params, tool: tool('search', {}), result: { content }, ...more };
	return input({ from: 'server', kind: 'result', method: 'tools/call', ...rest });
}

function tool(name: string, args: unknown, status = 'same'): object {
	return { name, arguments: args, annotations: {}, definition: { hash: 'a', status } };
}

function finding(type: string): object {
	return { type, pointer: '/params/arguments/q', start: 0, end: 1 };
}

function session() {
	const calls = { total: 3, last_minute: 3, by_tool: {}, denied: 0 };
	return { id: 's', seq: 12, labels: [] as string[], protocol: '2025-11-25', started_ns: 0, calls };
}

function input(frame: object): Uint8Array {
	const document = {
		version: 1,
		principal: { id: 'a', kind: 'agent', issuer: 'sluice', groups: ['eng'], scopes: [], claims: {} },
		server: { name: 'db', labels: ['internal'], transport: 'http' },
		session: session(),
		recent: { labels: [], calls: { total: 9, last_minute: 3, by_server: { db: 3 } } },
		transport: { kind: 'http', remote: '127.0.0.1' },
		findings: [],
		time: { ns: 1760000000000000000, rfc3339: '2025-10-09T08:53:20Z', weekday: 'Thursday', hour: 8 },
		...frame,
	};
	return Buffer.from(JSON.stringify(document));
}
