import t from 'tap';
import { DEFAULT_LIMITS } from '../../../engine/frame/limits.ts';
import { isHoldable, METHODS, methodInfo, namedBy } from '../../../engine/frame/methods.ts';
import { scanJson } from '../../../engine/frame/scan.ts';

t.test('the table', async (t) => {
	t.match(methodInfo('tools/call'), {
		from: 'client',
		kind: 'request',
		since: '2024-11-05',
		names: { what: 'tool' },
		holdable: true,
	});
	t.match(methodInfo('elicitation/create'), { from: 'server', since: '2025-06-18', holdable: true });
	t.match(methodInfo('tasks/get'), { from: 'both', since: '2025-11-25', holdable: false });
	t.match(methodInfo('notifications/progress'), { from: 'both', kind: 'notification', holdable: false });
	t.equal(methodInfo('skills/run'), undefined);
	for (const [name, info] of METHODS) t.equal(info.kind === 'notification', name.startsWith('notifications/'), name);
});

t.test('who can wait (contract §1)', async (t) => {
	for (const method of [
		'initialize',
		'ping',
		'server/discover',
		'subscriptions/listen',
		'tasks/get',
		'tasks/anything',
	]) {
		t.notOk(isHoldable('client', 'request', method), method);
	}
	for (const method of ['tools/call', 'resources/read', 'skills/run', ''])
		t.ok(isHoldable('client', 'request', method), method);
	for (const method of ['sampling/createMessage', 'elicitation/create', 'vendor/ask'])
		t.ok(isHoldable('server', 'request', method), method);
	for (const kind of ['notification', 'result', 'error'] as const) {
		t.notOk(isHoldable('client', kind, 'tools/call'), kind);
		t.notOk(isHoldable('server', kind, 'tools/call'), kind);
	}
});

t.test('what a request names', async (t) => {
	const scanned = scanJson(Buffer.from('{"name":"q","uri":"file:///a"}'), DEFAULT_LIMITS);
	if (!scanned.ok) throw new Error('does not scan');
	t.same(namedBy('tools/call', scanned.root), { what: 'tool', name: 'q' });
	t.same(namedBy('resources/read', scanned.root), { what: 'resource', name: 'file:///a' });
	t.equal(namedBy('tools/list', scanned.root), undefined);
	t.equal(namedBy('tools/call', undefined), undefined);
});

t.test('what 2026-07-28 and its extensions have, and what they dropped', async (t) => {
	for (const method of ['server/discover', 'subscriptions/listen', 'tasks/update'])
		t.match(methodInfo(method), { from: 'client', kind: 'request', since: '2026-07-28', holdable: false }, method);
	for (const method of ['notifications/subscriptions/acknowledged', 'notifications/tasks'])
		t.match(methodInfo(method), { from: 'server', kind: 'notification', since: '2026-07-28' }, method);
	for (const method of ['initialize', 'ping', 'logging/setLevel', 'resources/subscribe', 'tasks/list', 'tasks/result'])
		t.equal(methodInfo(method)?.until, '2025-11-25', method);
	for (const method of ['tools/call', 'tasks/get', 'elicitation/create']) t.equal(methodInfo(method)?.until, undefined);
});
