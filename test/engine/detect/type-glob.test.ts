import t from 'tap';
import { typeMatches } from '../../../engine/detect/type-glob.ts';

t.test('a star does not cross a slash', async (t) => {
	const rows: readonly (readonly [glob: string, type: string, matches: boolean])[] = [
		['secret/github-token', 'secret/github-token', true],
		['secret/github', 'secret/github-token', false],
		['secret/*', 'secret/github-token', true],
		['secret/*', 'pii/card', false],
		['*', 'secret/jwt', false],
		['*/*', 'secret/jwt', true],
		['*/jwt', 'secret/jwt', true],
		['secret/*-token', 'secret/slack-token', true],
		['secret/*-token', 'secret/jwt', false],
		['secret/aws-*-key', 'secret/aws-secret-key', true],
		['s*t/*w*', 'secret/jwt', true],
		['secret*', 'secret/jwt', false],
		['secret/jwt*', 'secret/jwt', true],
		['', 'secret/jwt', false],
		['secret/.*', 'secret/jwt', false],
	];
	for (const [glob, type, matches] of rows) t.equal(typeMatches(glob, type), matches, `${glob} ${type}`);
});
