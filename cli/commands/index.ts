import type { AddCommand } from '../program.ts';
import { approvals } from './approvals.ts';
import { build } from './build.ts';
import { check } from './check.ts';
import { config } from './config.ts';
import { connections } from './connections.ts';
import { demo } from './demo.ts';
import { diff } from './diff.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './eval.ts';
import { init } from './init.ts';
import { scaffold } from './new.ts';
import { play } from './play.ts';
import { policy } from './policy.ts';
import { replay } from './replay.ts';
import { run } from './run.ts';
import { sessions } from './sessions.ts';
import { test } from './test.ts';
import { token } from './token.ts';
import { tools } from './tools.ts';
import { wrap } from './wrap.ts';

/** Every command, in the order of the help. What does not work yet is not here. */
export const commands: readonly AddCommand[] = [
	demo,
	init,
	run,
	wrap,
	check,
	evaluate,
	build,
	test,
	replay,
	diff,
	play,
	sessions,
	approvals,
	tools,
	policy,
	token,
	connections,
	scaffold,
	doctor,
	config,
];
