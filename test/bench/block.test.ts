import t from 'tap';
import { replaceBlock } from '../../bench/block.ts';

const PAGE = 'a\n<!-- begin:x -->\nold\n<!-- end:x -->\nb\n<!-- begin:y -->\nkept\n<!-- end:y -->\n';

t.test('only the block of that name is written', async (t) => {
	t.equal(replaceBlock(PAGE, 'x', 'new'), PAGE.replace('old', 'new'));
	t.equal(replaceBlock(replaceBlock(PAGE, 'x', 'new'), 'x', 'old'), PAGE);
});

t.test('a page without the marks is not written', async (t) => {
	t.throws(() => replaceBlock(PAGE, 'z', 'new'), /lacks the marks/);
	t.throws(() => replaceBlock('<!-- end:x --> <!-- begin:x -->', 'x', 'new'), /lacks the marks/);
});
