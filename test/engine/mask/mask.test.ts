import t from 'tap';
import { apply, byFinding, byPath, frameOf, maskResult, resultFrame, token } from './message.ts';

t.test('types stay', async (t) => {
	const json = '{"s":"text","n":1.50,"b":true,"z":null,"o":{"a":["x",2],"e":{}}}';
	t.equal(
		maskResult(json, byPath('$.result')),
		'{"s":"[masked:path]","n":0,"b":false,"z":null,"o":{"a":["[masked:path]",0],"e":{}}}',
	);
	t.same(apply(resultFrame(json), [byPath('$.result.z'), byPath('$.result.o.e'), byPath('$.result.b')]).hits, [
		false,
		false,
		true,
	]);
});

t.test('a path that does not stand in the frame matches nothing', async (t) => {
	const { hits, splices } = apply(resultFrame('{"a":1}'), [
		byPath('$.params.a'),
		byPath('$.result.b'),
		byFinding('secret/*'),
	]);
	t.same(hits, [false, false, false]);
	t.same(splices, []);
});

t.test('the five operations on a string', async (t) => {
	const json = '["4111 1111 1111 1111", "short"]';
	t.equal(maskResult(json, byPath('$.result[*]', 'redact')), '["[masked:path]", "[masked:path]"]');
	t.equal(maskResult(json, byPath('$.result[*]', 'partial')), '["[masked:path:*1111]", "[masked:path]"]');
	t.match(
		maskResult(json, byPath('$.result[*]', 'hash')),
		/^\["\[masked:path:[0-9a-f]{8}\]", "\[masked:path:[0-9a-f]{8}\]"\]$/,
	);
	t.equal(maskResult(json, byPath('$.result[*]', 'replace', 'x"y')), '["x\\"y", "x\\"y"]');
	t.equal(maskResult(json, byPath('$.result[0]', 'remove')), '["short"]');
	t.equal(
		maskResult('["123456789012","12345678901"]', byPath('$.result[*]', 'partial')),
		'["[masked:path:*9012]","[masked:path]"]',
	);
});

t.test('equal values have equal hashes, under one key', async (t) => {
	const [a, b, c] = JSON.parse(maskResult('["one","one","two"]', byPath('$.result[*]', 'hash'))) as string[];
	t.equal(a, b);
	t.not(a, c);
});

t.test('replace keeps the type, or redacts', async (t) => {
	t.equal(
		maskResult('{"n":1,"s":"a","b":true}', byPath('$.result.*', 'replace', 42)),
		'{"n":42,"s":"[masked:path]","b":false}',
	);
	t.equal(
		maskResult('{"o":{"a":1},"l":[1,2]}', byPath('$.result.o', 'replace', { b: [2] })),
		'{"o":{"b":[2]},"l":[1,2]}',
	);
	t.equal(maskResult('{"l":[1,"a"]}', byPath('$.result.l', 'replace', [])), '{"l":[]}');
	t.equal(maskResult('{"l":[1,"a"]}', byPath('$.result.l', 'replace', 'x')), '{"l":[0,"x"]}');
	t.equal(maskResult('{"n":1}', byPath('$.result.n', 'replace', Number.POSITIVE_INFINITY)), '{"n":0}');
	t.equal(maskResult('{"s":"a"}', byPath('$.result.s', 'replace', '\ud800')), '{"s":"\ufffd"}');
});

t.test('the strongest operation wins, whatever the order', async (t) => {
	const ops = [
		byPath('$.result.a', 'partial'),
		byPath('$.result.a', 'hash'),
		byPath('$.result.a', 'replace', 'r'),
		byPath('$.result.a'),
	];
	for (const masks of [ops, [...ops].reverse()])
		t.equal(maskResult('{"a":"0123456789abc"}', ...masks), '{"a":"[masked:path]"}');
	t.equal(maskResult('{"a":"0123456789abc"}', ...ops.slice(0, 3)), '{"a":"r"}');
	t.match(maskResult('{"a":"0123456789abc"}', ...ops.slice(0, 2)), /masked:path:[0-9a-f]{8}\]/);
	t.equal(maskResult('{"a":"x","b":1}', byPath('$.result.a'), byPath('$.result.a', 'remove')), '{"b":1}');
});

t.test('a finding masks its part, and the rest of the token stays byte for byte', async (t) => {
	const json = `{"text":"\\u0068i\\/ \\ud83d\\ude00 ä ${token} \\u0041\\n\\"end\\""}`;
	t.equal(maskResult(json, byFinding('secret/*')), json.replace(token, '[masked:secret/github-token]'));
	t.equal(
		maskResult(json, byFinding('secret/*', 'partial')),
		json.replace(token, `[masked:secret/github-token:*${token.slice(-4)}]`),
	);
	t.equal(maskResult(json, byFinding('pii/*')), json);
	const hidden = `{"text":"a \\u0067hp_${token.slice(4)} b"}`;
	t.equal(maskResult(hidden, byFinding('secret/github-token')), '{"text":"a [masked:secret/github-token] b"}');
});

t.test('findings that overlap are one span', async (t) => {
	const frame = resultFrame('{"a":"0123456789012345678901234567890"}');
	const at = { pointer: '/result/a' };
	const findings = [
		{ ...at, type: 'secret/a', start: 2, end: 16 },
		{ ...at, type: 'secret/b', start: 10, end: 20 },
		{ ...at, type: 'pii/c', start: 20, end: 22 },
	];
	const masks = [byFinding('secret/a', 'partial'), byFinding('secret/b', 'redact'), byFinding('pii/c', 'replace', '')];
	t.match(apply(frame, masks, findings).text, '"a":"01[masked:secret/b]234567890"');
	t.match(
		apply(frame, [byFinding('secret/*', 'partial')], findings).text,
		'"a":"01[masked:secret/a:*6789]01234567890"',
	);
	const { text, splices } = apply(frame, [byFinding('secret/a'), byPath('$.result.a', 'partial')], findings);
	t.match(text, '"a":"[masked:path]"');
	t.equal(splices.length, 1);
});

t.test('a finding in a number covers the number', async (t) => {
	t.equal(
		maskResult('{"card":4111111111111111,"n":1234567890123}', byFinding('pii/card')),
		'{"card":0,"n":1234567890123}',
	);
});

t.test('removal takes the right comma along', async (t) => {
	const remove = (json: string, ...paths: string[]) => maskResult(json, ...paths.map((path) => byPath(path, 'remove')));
	t.equal(remove('[1, 2 ,3]', '$.result[0]'), '[2 ,3]');
	t.equal(remove('[1, 2 ,3]', '$.result[1]'), '[1 ,3]');
	t.equal(remove('[1, 2 ,3 ]', '$.result[2]'), '[1, 2 ]');
	t.equal(remove('[1, 2 ,3]', '$.result[0:2]'), '[3]');
	t.equal(remove('[1, 2 ,3]', '$.result[1:]'), '[1]');
	t.equal(remove('[1, 2 ,3]', '$.result[0,2]'), '[2]');
	t.equal(remove('[ 1, 2 ,3 ]', '$.result[*]'), '[  ]');
	t.equal(remove('{"a":1, "b":2 ,"c":3}', '$.result.a', '$.result.c'), '{"b":2}');
	t.equal(remove('{ "a":1, "b":2 ,"c":3}', '$.result.b'), '{ "a":1 ,"c":3}');
	t.equal(remove('{"a":{"b":[1]},"c":0}', '$.result.a', '$.result.a.b[0]'), '{"c":0}');
	t.equal(remove('{"a":1}', '$.result'), '{}');
	t.equal(remove('"text"', '$.result'), '"[masked:path]"');
	t.equal(maskResult('{"a":1,"b":"x"}', byPath('$.result.a', 'remove'), byPath('$.result.b')), '{"b":"[masked:path]"}');
});

t.test('a finding can take its element with it', async (t) => {
	const { text, hits, splices } = apply(resultFrame(`{"rows":["a","${token}","b"]}`), [
		byFinding('secret/*', 'remove'),
		byFinding('pii/*'),
	]);
	t.match(text, '{"rows":["a","b"]}');
	t.same(hits, [true, false]);
	t.match(splices, [{ pointer: '/result/rows/1', what: 'secret/github-token' }]);
});

t.test('keys', async (t) => {
	const other = token.replace('ghp_', 'gho_');
	t.equal(maskResult(`{"${token}":1}`, byFinding('secret/*')), '{"[masked:secret/github-token]":1}');
	const two = maskResult(
		`{"[masked:secret/github-token]":0,"x ${token}":1,"x ${other}":2,"${token}":3}`,
		byFinding('secret/*'),
	);
	t.same(Object.values(JSON.parse(two)), [0, 1, 2, 3]);
	t.notMatch(two, /gh[po]_/);
	t.equal(maskResult(`{"a":1,"${token}":{"b":"${token}"},"c":2}`, byFinding('secret/*', 'remove')), '{"a":1,"c":2}');
	const { splices } = apply(resultFrame(`{"${token}":{"b/~":"${token}"}}`), [byFinding('secret/*')]);
	t.equal(splices.length, 2);
	t.notMatch(JSON.stringify(splices), 'ghp_');
	t.equal(splices[1]?.pointer, '/result/[masked:secret~1github-token]/b~1~0');
});

t.test('masks never touch the protocol', async (t) => {
	const call = (id: string, meta: string) =>
		frameOf(`{"jsonrpc":"2.0","id":"${id}","method":"tools/call","params":{"name":"q","_meta":{${meta}}}}`);
	const wide = apply(call('1', '"progressToken":"p","io.modelcontextprotocol/x":{"a":"b"},"y":"z"'), [
		byPath('$.params..*'),
	]);
	t.match(
		wide.text,
		'{"name":"[masked:path]","_meta":{"progressToken":"p","io.modelcontextprotocol/x":{"a":"b"},"y":"[masked:path]"}}',
	);
	const emptied = apply(call('1', '"progressToken":"p","y":"z"'), [byPath('$.params._meta', 'remove')]);
	t.match(emptied.text, '"_meta":{"progressToken":"p"}');
	const whole = apply(call('1', '"progressToken":"p","y":"z"'), [byPath('$.params._meta', 'replace', {})]);
	t.match(whole.text, '"_meta":{"progressToken":"p","y":"[masked:path]"}');

	t.match(apply(call(token, ''), [byFinding('secret/*')]), {
		splices: [],
		denied: { code: 'ERR_MASK_PROTECTED', pointer: '/id' },
	});
	t.match(apply(call('1', `"progressToken":"${token}"`), [byFinding('secret/*')]), {
		denied: { pointer: '/params/_meta/progressToken' },
	});
	t.match(apply(call('1', `"io.modelcontextprotocol/x":{"${token}":1}`), [byFinding('secret/*')]), { denied: {} });
	t.notOk(apply(call(token, ''), [byFinding('pii/*')]).denied, 'nobody asked for it');
	const mail = apply(call('a@example.com', ''), [byFinding('pii/*', 'remove')]);
	t.notOk(mail.denied, 'personal data there is not a secret');
	t.same([mail.hits, mail.splices], [[false], []]);
	const cancel = frameOf('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7,"reason":"x"}}');
	t.match(apply(cancel, [byPath('$.params.*')]).text, '{"requestId":7,"reason":"[masked:path]"}');
});

t.test('unknown top-level members are masked by finding', async (t) => {
	t.equal(
		apply(frameOf(`{"jsonrpc":"2.0","id":1,"method":"ping","x":"${token}"}`), [byFinding('secret/*', 'remove')]).text,
		'{"jsonrpc":"2.0","id":1,"method":"ping"}',
	);
});
