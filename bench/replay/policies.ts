import { join } from 'node:path';
import { createDetector } from '../../engine/detect/detector.ts';
import { cacheDir } from '../../engine/policy/cache-dir.ts';
import { compilePolicy } from '../../engine/policy/compile.ts';
import { mergeData } from '../../engine/policy/data-file.ts';
import { knowledgeOf } from '../../engine/policy/knowledge.ts';
import { openCompiler } from '../../engine/policy/locate-compiler.ts';
import { readPolicySource } from '../../engine/policy/source.ts';
import type { CompiledPolicy, PolicySource } from '../../engine/policy/types.ts';

const MASKING = { detectors: ['secrets', 'pii'] } as const;

/** A change as somebody might propose it: personal data is masked, one tool less is closed, results may be larger. */
const CHANGE = {
	config: { rules: { 'pii/email': { level: 'enforce' } } },
	settings: {
		'shell/closed': { words: ['bash', 'exec', 'terminal'] },
		'sql/destructive': { action: 'deny' },
	},
};
/** And one in Rego, so that it is another module. */
const RULE = `# METADATA
# title: Mail is looked at
# description: Whoever sends mail is noted.
package rules.mail.noted

import rego.v2

warn contains "mail is sent" if {
	input.from == "client"
	input.method == "tools/call"
	input.tool.name == "send_mail"
}
`;

/** The policy of this repository, and a changed copy of it. */
export async function twoPolicies(): Promise<{ readonly from: CompiledPolicy; readonly to: CompiledPolicy }> {
	const source = await readPolicySource(join(import.meta.dirname, '..', '..', 'policies'));
	const cache = cacheDir(process.env);
	const compiler = openCompiler({ env: process.env, cacheDir: cache });
	const detector = createDetector(MASKING);
	const compiled = (changed: PolicySource) =>
		compilePolicy(changed, MASKING, detector.version, compiler, cache, knowledgeOf(detector));
	try {
		const modules = [...source.modules, { path: 'rules/mail/noted/noted.rego', text: RULE }];
		const data = mergeData(source.data, CHANGE) as PolicySource['data'];
		return { from: await compiled(source), to: await compiled({ ...source, modules, data }) };
	} finally {
		await compiler.close();
	}
}
