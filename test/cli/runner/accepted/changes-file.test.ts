import { test } from 'tap';
import { parseChanges } from '../../../../cli/runner/accepted/changes-file.ts';
import { spellLine } from '../../../../cli/runner/accepted/spell-line.ts';
import { H, lineText } from './lines.ts';

test('lines are read with their places', async (t) => {
	const text = `# ours\n${lineText('a/one', H('a'), 'absent')}\n${lineText('engine', H('a'), H('b'), { class: 'changed', until: '2027-01-31T12:00:00+02:00' })}`;
	const lines = parseChanges(text, 'policy-changes.yaml');
	t.match(lines, [
		{ rule: 'a/one', class: 'loosened', from: H('a'), to: 'absent', by: 'kim', until: '2027-01-31' },
		{ rule: 'engine', class: 'changed', voidNs: BigInt(Date.parse('2027-01-31T10:00:00Z')) * 1_000_000n },
	]);
	t.equal(lines[0]!.voidNs, BigInt(Date.parse('2027-02-01T00:00:00Z')) * 1_000_000n, 'a date holds to its end');
	t.strictSame(
		lines.map(({ place }) => place),
		[
			{ file: 'policy-changes.yaml', row: 2, col: 3 },
			{ file: 'policy-changes.yaml', row: 10, col: 3 },
		],
	);
	for (const empty of ['', '# nothing yet\n', '[]\n']) t.strictSame(parseChanges(empty, 'f'), []);
});

test('what is wrong is named with its place and the way out', async (t) => {
	const good = lineText('a/one', H('a'), H('b'));
	const rows: [what: string, text: string, message: RegExp, help: RegExp][] = [
		['a misspelt key', good.replace('reason:', 'reson:'), /^f:5:3: unknown key `reson`$/, /did you mean `reason`/],
		['a key that nobody knows', `${good}  ticket: 1\n`, /^f:8:3: unknown key `ticket`/, /known here: `rule`/],
		['no list', 'rule: a/one\n', /^f:1:1: .*a list of accepted differences/, /./],
		['a missing key', good.replace('  by: kim\n', ''), /^f:1:3: the line lacks `by`$/, /add `by`/],
		[
			'an empty reason',
			good.replace('the team asked for it', "' '"),
			/^f:5:11: `reason` must be why this is right/,
			/./,
		],
		[
			'a class that is none',
			good.replace('loosened', 'loosend'),
			/^f:2:10: .*cannot be `loosend`/,
			/did you mean `loosened`/,
		],
		['unknown', good.replace('loosened', 'unknown'), /^f:2:10: what is `unknown` cannot be accepted/, /recordings/],
		['half a hash', good.replace(H('a'), 'aaaa'), /^f:3:9: .*the hash that `sluice diff` prints/, /./],
		['null', good.replace(H('a'), 'null'), /^f:3:9: .*`absent`/, /./],
		['a rule that is none', good.replace('a/one', 'one'), /^f:1:9: .*the id of a rule/, /./],
		['no date', good.replace('2027-01-31', '2027-02-30'), /^f:7:10: `2027-02-30` is no date/, /2027-01-31/],
		['the same on both sides', lineText('a/one', H('a'), H('a')), /^f:4:7: .*the same/, /sluice diff/],
		['twice', `${good}${good}`, /^f:8:3: the line of row 1 says the same/, /keep one/],
		['no YAML', '- {', /^f:1:\d+: /, /YAML/],
	];
	for (const [what, text, message, help] of rows) {
		try {
			parseChanges(text, 'f');
			t.fail(`${what} was taken`);
		} catch (error) {
			t.match(error, { code: /^ERR_(CHANGES_FILE|CONFIG_SYNTAX)$/, message }, what);
			const { help: said = 'x' } = error as { help?: string };
			t.match(said, help, `${what}: the way out`);
		}
	}
});

test('a line as it is printed is refused until somebody has filled it in', async (t) => {
	let text = spellLine({ rule: 'a/one', class: 'loosened', from: H('a'), to: H('b') });
	for (const [name, value] of [
		['reason', 'they asked'],
		['by', 'kim'],
		['until', '2027-01-31'],
	] as const) {
		t.throws(() => parseChanges(text, 'f'), { code: 'ERR_CHANGES_FILE', message: new RegExp(`\`${name}\` is still`) });
		text = text.replace(new RegExp(`${name}: .*`), `${name}: ${value}`);
	}
	t.match(parseChanges(text, 'f'), [{ reason: 'they asked', by: 'kim', until: '2027-01-31' }]);
});
