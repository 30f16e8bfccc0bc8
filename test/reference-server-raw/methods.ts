import { type Call, type Params, Refusal } from '../reference-server/call.ts';
import { modernTools } from '../reference-server/modern-tools.ts';
import { askingPrompt, prompts } from '../reference-server/prompts.ts';
import { read, resources, templates } from '../reference-server/resources.ts';
import { tools } from '../reference-server/tools.ts';
import { legacyRevisions, modernRevision, type Request, reserved } from './frames.ts';
import { greet, type TaskTool, taskTools } from './task-tools.ts';
import type { Tasks } from './tasks.ts';

const serverInfo = { name: 'reference-server-raw', version: '1.0.0' };
const listChanged = true;
const capabilities = {
	tools: { listChanged },
	prompts: { listChanged },
	resources: { subscribe: true, listChanged },
	completions: {},
};
const tasksExtension = reserved('tasks');
const extensions = { extensions: { [tasksExtension]: {} } };
const plainTools = [...tools, ...modernTools, greet];

type Method = (params: Params, call: Call) => unknown;

/** What both eras have. */
const common: Readonly<Record<string, Method>> = {
	'tools/list': () => ({ tools: [...plainTools, ...taskTools].map(({ tool }) => tool) }),
	'prompts/list': () => ({ prompts: [...prompts, askingPrompt].map(({ prompt }) => prompt) }),
	'prompts/get'({ name, arguments: args }, { answers }) {
		if (name === askingPrompt.prompt.name) return askingPrompt.expand(answers);
		const found = prompts.find(({ prompt }) => prompt.name === name);
		if (found === undefined) throw new Refusal(-32602, `no prompt \`${name}\``);
		return found.expand((args ?? {}) as Record<string, string>);
	},
	'resources/list': () => ({ resources }),
	'resources/templates/list': () => ({ resourceTemplates: templates }),
	'completion/complete'({ argument }) {
		const { value } = argument as { value: string };
		const values = ['paris', 'park', 'party'].filter((one) => one.startsWith(value));
		return { completion: { values, total: values.length, hasMore: false } };
	},
};

/** What came before 2026-07-28. */
const legacy: Readonly<Record<string, Method>> = {
	...common,
	initialize({ protocolVersion }) {
		const known = legacyRevisions.includes(protocolVersion as string);
		return {
			protocolVersion: known ? protocolVersion : legacyRevisions[0],
			capabilities: { ...capabilities, logging: {} },
			serverInfo,
		};
	},
	ping: () => ({}),
	'logging/setLevel': () => ({}),
	'resources/subscribe': () => ({}),
	'resources/unsubscribe': () => ({}),
	'resources/read': ({ uri }) => found(uri, -32002),
	'tools/call': (params, call) => called(params, call),
};

/** Answers a request of an earlier revision. */
export async function answerLegacy({ method, params = {} }: Request, call: Call): Promise<Params> {
	const run = Object.hasOwn(legacy, method) ? legacy[method] : undefined;
	if (run === undefined) throw new Refusal(-32601, `no method \`${method}\``);
	return (await run(params, call)) as Params;
}

/** Answers a request of 2026-07-28, `subscriptions/listen` aside. */
export async function answerModern({ method, params = {} }: Request, call: Call, tasks: Tasks): Promise<Params> {
	const modern: Readonly<Record<string, Method>> = {
		...common,
		'server/discover': () => ({
			supportedVersions: [modernRevision],
			capabilities: { ...capabilities, ...extensions },
			...cached,
		}),
		'resources/read': ({ uri }) => found(uri, -32602),
		'tools/call': (args) => called(args, call, tasks),
		'tasks/get': (args) => knowsTasks(call) && tasks.get(args),
		'tasks/update': (args) => knowsTasks(call) && tasks.update(args),
		'tasks/cancel': (args) => knowsTasks(call) && tasks.cancel(args),
	};
	const run = Object.hasOwn(modern, method) ? modern[method] : undefined;
	if (run === undefined) throw new Refusal(-32601, `no method \`${method}\``);
	const result = (await run(params, call)) as Params;
	const hints = method.endsWith('/list') || method === 'resources/read' ? cached : {};
	return { resultType: 'complete', ...hints, ...result, _meta: { [reserved('serverInfo')]: serverInfo } };
}

const cached = { ttlMs: 60_000, cacheScope: 'public' };

function found(uri: unknown, code: number): unknown {
	const resource = read(String(uri));
	if (resource === undefined) throw new Refusal(code, `no resource \`${uri}\``, { uri });
	return resource;
}

async function called({ name, arguments: args = {} }: Params, call: Call, tasks?: Tasks): Promise<unknown> {
	const plain = plainTools.find(({ tool }) => tool.name === name);
	if (plain !== undefined) return plain.run(args as Params, call);
	const task = taskTools.find(({ tool }) => tool.name === name);
	if (task === undefined) throw new Refusal(-32602, `no tool \`${name}\``);
	return runTask(task, args as Params, call, tasks);
}

async function runTask(tool: TaskTool, args: Params, call: Call, tasks: Tasks | undefined): Promise<unknown> {
	if (tasks === undefined || (!tool.required && !declaresTasks(call)))
		return tool.run(args, { signal: new AbortController().signal, ask: noQuestions }, call);
	knowsTasks(call);
	return tool.before?.(call) ?? tasks.create(async (work) => ({ ...(await tool.run(args, work, call)) }));
}

async function noQuestions(): Promise<never> {
	throw new Refusal(-32603, 'this client cannot be asked');
}

function declaresTasks({ capabilities }: Call): boolean {
	return tasksExtension in ((capabilities['extensions'] ?? {}) as Params);
}

/** True, or the refusal that a client gets which does not know tasks. */
function knowsTasks(call: Call): true {
	if (declaresTasks(call)) return true;
	throw new Refusal(-32021, 'the client must declare the tasks extension', { requiredCapabilities: extensions });
}
