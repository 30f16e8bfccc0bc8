import type { AddCommand } from '../program.ts';
import { build } from './build.ts';
import { check } from './check.ts';
import { config } from './config.ts';
import { diff } from './diff.ts';
import { evaluate } from './eval.ts';
import { replay } from './replay.ts';
import { test } from './test.ts';

/** Every command, in the order of the help. What does not work yet is not here. */
export const commands: readonly AddCommand[] = [check, evaluate, build, test, replay, diff, config];
