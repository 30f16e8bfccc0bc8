import t from 'tap';
import { withoutIgnored } from '../../../../engine/policy/lint/ignores.ts';
import type { Diagnostic } from '../../../../engine/policy/types.ts';

const at = (row: number, code = 'LINT_PRINT', level: Diagnostic['level'] = 'note', file = 'a.rego'): Diagnostic => ({
	code,
	level,
	message: 'm',
	place: { file, row, col: 1 },
});

const left = (text: string, ...diagnostics: Diagnostic[]) =>
	withoutIgnored(diagnostics, [{ path: 'a.rego', text }]).map(({ code, place }) => [code, place?.row]);

t.test('on the line, on the line above, and over other comments', async (t) => {
	t.same(left('x # sluice:ignore LINT_PRINT why', at(1)), []);
	t.same(left('# sluice:ignore LINT_PRINT why\nx', at(2)), []);
	t.same(left('\t#sluice:ignore LINT_PRINT why\n# METADATA\n\n# title: T\nx', at(5)), []);
	t.same(
		left('# sluice:ignore LINT_PRINT why\n# sluice:ignore LINT_TIME_NOW why\nx', at(3), at(3, 'LINT_TIME_NOW')),
		[],
	);
	t.same(left('# sluice:ignore LINT_PRINT why\r\nx\r\n', at(2)), []);
	t.same(left('x # sluice:ignore LINT_FAIL_OPEN why', at(1, 'LINT_FAIL_OPEN', 'warning')), []);
});

t.test('what it does not ignore', async (t) => {
	const unused = ['LINT_IGNORE_UNUSED', 1];
	t.same(left('# sluice:ignore LINT_PRINT why\nx\ny', at(3)), [['LINT_PRINT', 3], unused], 'the line after next');
	t.same(left('# sluice:ignore LINT_TIME why\nx', at(2)), [['LINT_PRINT', 2], unused], 'another code');
	t.same(left('# sluice:ignore LINT_PRINT why\nx', at(2, 'LINT_PRINT', 'note', 'b.rego')), [['LINT_PRINT', 2], unused]);
	t.same(left('x # sluice:ignore ERR_INPUT_FIELD why', at(1, 'ERR_INPUT_FIELD', 'error')), [
		['ERR_INPUT_FIELD', 1],
		unused,
	]);
	t.same(left('x # sluice:ignore LINT_PRINT', at(1)), [
		['LINT_PRINT', 1],
		['LINT_IGNORE_REASON', 1],
	]);
	t.same(left('x # sluice:ignore', at(1)), [['LINT_PRINT', 1], unused]);
	t.same(left('# sluice:ignore LINT_PRINT why'), [unused], 'at the end of the file');
	t.same(left('# sluice:ignored LINT_PRINT why\nx', at(2)), [['LINT_PRINT', 2]], 'another word');
});

t.test('what has no place stays', async (t) => {
	const nowhere: Diagnostic = { code: 'LINT_PRINT', level: 'note', message: 'm' };
	t.same(withoutIgnored([nowhere], [{ path: 'a.rego', text: '' }]), [nowhere]);
});
