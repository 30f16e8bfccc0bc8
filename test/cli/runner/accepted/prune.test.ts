import fc from 'fast-check';
import { test } from 'tap';
import { parseChanges } from '../../../../cli/runner/accepted/changes-file.ts';
import { pruneChanges } from '../../../../cli/runner/accepted/prune.ts';
import { H, lineText } from './lines.ts';

const one = lineText('a/one', H('a'), H('b'));
const two = lineText('a/two', H('a'), H('b'));

test('what stays, stays as it is written', async (t) => {
	const text = `# Accepted differences. Ask before you add one.\n\n${one}\n# for the migration\n# of spring\n${two}# the end\n`;
	t.equal(pruneChanges(text, []), text);
	t.equal(pruneChanges(text, [1]), `# Accepted differences. Ask before you add one.\n\n${one}\n# the end\n`);
	t.equal(
		pruneChanges(text, [0]),
		`# Accepted differences. Ask before you add one.\n\n\n# for the migration\n# of spring\n${two}# the end\n`,
	);
	t.strictSame(parseChanges(pruneChanges(text, [0, 1]), 'f'), []);
	t.equal(pruneChanges(text.replaceAll('\n', '\r\n'), [1]).includes('spring'), false);
});

test('any way of writing a list can be pruned', async () => {
	const rows = fc.array(
		fc.record({
			name: fc.constantFrom('a', 'b', 'c', 'd'),
			above: fc.constantFrom('', '# about it\n', '\n', '\n# apart\n\n'),
			style: fc.constantFrom('block', 'flow', 'dash', 'comment'),
			gone: fc.boolean(),
		}),
		{ maxLength: 6 },
	);
	const spell = ({ name, style }: { name: string; style: string }, i: number) => {
		const block = lineText(`a/${name}${i}`, H('a'), H('b'));
		if (style === 'block') return block;
		if (style === 'dash') return block.replace('- rule', '-\n  rule');
		if (style === 'comment') return block.replace('  by: kim', '  # asked\n  by: kim # in the team');
		const inner = block
			.replace('- ', '')
			.trim()
			.split('\n')
			.map((row) => row.trim());
		return `- { ${inner.join(', ')} }\n`;
	};
	const ids = (text: string) => parseChanges(text, 'f').map(({ rule }) => rule);
	fc.assert(
		fc.property(rows, fc.constantFrom('\n', '\r\n'), fc.boolean(), (list, end, whole) => {
			const body = list.map((row, i) => (i === 0 && row.above.startsWith('\n') ? '' : row.above) + spell(row, i));
			let text = `# head\n${body.join('')}# foot\n`.replaceAll('\n', end);
			// as JSON: one flow list
			if (whole && list.length > 0)
				text = `${JSON.stringify(parseChanges(text, 'f').map(({ voidNs: _, place: __, ...line }) => line))}\n`;
			const gone = list.flatMap((row, i) => (row.gone ? [i] : []));
			const kept = ids(text).filter((_, i) => !gone.includes(i));
			const pruned = pruneChanges(text, gone);
			return (
				JSON.stringify(ids(pruned)) === JSON.stringify(kept) &&
				(gone.length > 0 || pruned === text) &&
				(whole || (pruned.startsWith('# head') && pruned.includes('# foot')))
			);
		}),
	);
});
