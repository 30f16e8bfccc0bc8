import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SluiceError } from '../../../engine/error.ts';
import type { Shell } from '../../shell.ts';
import { policyArgument, shown } from '../policy-argument.ts';
import { type DocumentName, schemaOf } from '../schemas.ts';
import { ruleDrafts, suiteDrafts } from './new-rule.ts';
import { ruleName } from './rule-name.ts';
import { type Draft, fromTemplate, writeDrafts } from './template.ts';

/** The rule that a new policy begins with: without any, it would not load. */
const FIRST = 'tools/example';

/** Template → where it goes. Names without dots in front, so that they survive packing. */
type Place = readonly [template: string, path: string, executable?: true];

const OWN: readonly Place[] = [
	['policy/README.md', 'README.md'],
	['policy/data.yaml', 'policies/data.yaml'],
	['policy/gitignore', '.gitignore'],
];

/** What CI and editors need, beside any policy. */
const AROUND: readonly Place[] = [
	['policy/github-workflow.yml', '.github/workflows/policy.yml'],
	['policy/gitlab-ci.yml', '.gitlab-ci.yml'],
	['policy/check.sh', 'ci/check.sh', true],
	['policy/diff.sh', 'ci/diff.sh', true],
	['policy/pre-commit', 'hooks/pre-commit', true],
	['policy/pre-commit-config.yaml', '.pre-commit-config.yaml'],
	['policy/vscode-settings.json', '.vscode/settings.json'],
	['policy/vscode-tasks.json', '.vscode/tasks.json'],
	['policy/regal-config.yaml', '.regal/config.yaml'],
];

/** What editors read of the policy input and its surroundings, written down once. */
const SCHEMAS: readonly (readonly [document: DocumentName, path: string])[] = [
	['input', '.opa/input.schema.json'],
	['capabilities', '.opa/capabilities.json'],
	['suite', '.opa/suite.schema.json'],
];

/**
 * Writes a folder for a policy of its own: a first rule with tests and a suite, data, and what CI and editors need. Gives the paths.
 * @throws SluiceError `ERR_WOULD_OVERWRITE`
 */
export async function newPolicy(dir: string, shell: Shell): Promise<string[]> {
	const folder = resolve(shell.cwd, dir);
	if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
		throw new SluiceError('ERR_WOULD_OVERWRITE', `\`${shown(folder, shell)}\` is a file`, { help: 'name a folder' });
	}
	const rule = ruleName(FIRST);
	const policies = join(folder, 'policies');
	const drafts = [...(await placed(OWN, folder)), ...(await around(folder))];
	drafts.push(...(await ruleDrafts(rule, 'deny', policies)));
	drafts.push(...(await suiteDrafts(rule, 'deny', policies, { ...shell, cwd: folder })));
	return writeDrafts(drafts, shell);
}

/**
 * Writes what CI and editors need into the folder where `sluice.yaml` or `policies` lies. Gives the paths.
 * @throws SluiceError `ERR_POLICY_MISSING`, `ERR_WOULD_OVERWRITE`
 */
export async function newCi(shell: Shell): Promise<string[]> {
	await policyArgument(undefined, shell);
	return writeDrafts(await around(shell.cwd), shell);
}

async function around(folder: string): Promise<Draft[]> {
	const schemas = SCHEMAS.map(async ([document, path]) => ({
		path: join(folder, path),
		text: await schemaOf(document),
	}));
	return [...(await placed(AROUND, folder)), ...(await Promise.all(schemas))];
}

function placed(places: readonly Place[], folder: string): Promise<Draft[]> {
	return Promise.all(
		places.map(async ([template, path, executable = false]) => ({
			path: join(folder, path),
			text: await fromTemplate(template, { id: FIRST }),
			executable,
		})),
	);
}
