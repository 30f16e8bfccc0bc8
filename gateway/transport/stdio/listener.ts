import type { Readable, Writable } from 'node:stream';
import { ClientGoneError } from '../errors.ts';
import { Intake } from '../intake.ts';
import { LineSplitter } from '../line-splitter.ts';
import type { Caller, Exchange, Front, Listener, Rejection } from '../types.ts';
import { writeLine } from './write-line.ts';

/** The client side of `wrap`: one client on a pair of pipes. */
export interface StdioListenerOptions {
	readonly input: Readable;
	readonly output: Writable;
	/** The upstream this client is for. */
	readonly server: string;
	/** The user the process runs as. */
	readonly osUser?: string;
	readonly token?: string;
	readonly limits: {
		/** bytes of one frame */
		readonly frame: number;
	};
}

/** A client on pipes. */
export interface StdioListener extends Listener {
	/** Resolves when the client has gone and its frames are dealt with; with a `Rejection` when it was not let in. */
	readonly ended: Promise<Rejection | undefined>;
}

/** Serves the one client that started this process, until its end of input. */
export function stdioListener(front: Front, options: StdioListenerOptions): StdioListener {
	const caller: Caller = {
		server: options.server,
		transport: { kind: 'stdio', remote: 'local' },
		headers: {},
		...(options.token === undefined ? {} : { token: options.token }),
		...(options.osUser === undefined ? {} : { osUser: options.osUser }),
	};
	const exchange = new PipeExchange(options.input, options.output);
	const ended = serve(front, caller, exchange, options);
	return {
		ended,
		async close() {
			options.input.destroy();
			await ended;
		},
	};
}

async function serve(
	front: Front,
	caller: Caller,
	exchange: PipeExchange,
	options: StdioListenerOptions,
): Promise<Rejection | undefined> {
	const attached = await front.attach(caller, exchange);
	if ('status' in attached) return attached;
	const { session } = attached;
	const intake = new Intake();
	const lines = new LineSplitter(options.limits.frame);
	let refused: Rejection | undefined;
	try {
		for await (const chunk of options.input) {
			for (const { bytes, ending } of lines.push(chunk as Buffer)) {
				const wire = ending === '\r\n' ? { newline: '\r\n' } : {};
				await intake.take(front.frame(caller, session, { bytes, wire }, exchange));
			}
		}
	} catch (error) {
		if (error instanceof RangeError) refused = tooLong(options.limits.frame);
	}
	// The client has said all it had to say, but may still be reading: what it asked for is answered first.
	await intake.settled();
	await front.end(caller, session, 'gone');
	exchange.left();
	return refused;
}

class PipeExchange implements Exchange {
	readonly number = 1;
	gone = false;
	readonly #input: Readable;
	readonly #output: Writable;
	readonly #onGone: (() => void)[] = [];

	constructor(input: Readable, output: Writable) {
		this.#input = input;
		this.#output = output;
		output.on('error', () => this.left());
		output.on('close', () => this.left());
	}

	stream(): void {}

	async send(bytes: Buffer, meta?: { readonly empty?: true }): Promise<void> {
		if (meta?.empty === true) return;
		if (this.gone) throw new ClientGoneError();
		try {
			await writeLine(this.#output, bytes);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'ERR_FRAME_LINE_BREAK') throw error;
			throw new ClientGoneError();
		}
	}

	async end(bytes?: Buffer): Promise<void> {
		if (bytes !== undefined) await this.send(bytes);
	}

	keepAlive(): void {}

	disconnect(): void {
		this.#input.destroy();
	}

	left(): void {
		if (this.gone) return;
		this.gone = true;
		for (const listener of this.#onGone) listener();
	}

	onGone(listener: () => void): void {
		if (this.gone) listener();
		else this.#onGone.push(listener);
	}
}

function tooLong(limit: number): Rejection {
	return {
		status: 413,
		code: 'ERR_FRAME_TOO_LARGE',
		message: `a line of input is longer than ${limit} bytes (\`limits.frame\`)`,
	};
}
