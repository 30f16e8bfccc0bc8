import { SluiceError } from '../engine/error.ts';
import type { ExitCode } from './shell.ts';

/** Codes of errors that are nobody's mistake at the keyboard: exit 3 (contract §3). */
const INTERNAL = new Set(['ERR_GATEWAY_UNREACHABLE', 'ERR_GATEWAY_ANSWER', 'ERR_COMPILER_CRASHED', 'ERR_INTERNAL']);

/** How an error ends a command: what stands on stderr, and the exit code. Never a stack trace. */
export function failure(error: unknown): { readonly text: string; readonly exit: ExitCode } {
	if (error instanceof SluiceError) {
		const { code, help, message } = error;
		return { text: spell(message, help, code), exit: INTERNAL.has(code) ? 3 : 2 };
	}
	const what = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error);
	const help = 'please report it with the command you ran; SLUICE_DEBUG=1 prints where it happened';
	return { text: spell(`this is a bug in Sluice (${what})`, help, 'ERR_INTERNAL'), exit: 3 };
}

/** `error:`, `help:` and `code:` lines. */
export function spell(message: string, help: string | undefined, code: string): string {
	return `error: ${message}\n${help === undefined ? '' : `help: ${help}\n`}code: ${code}\n`;
}
