/**
 * Runs the WASI build of the compiler: `node wasi-host.ts sluice-compiler.wasm`, the same JSON lines on stdin and
 * stdout as with the native build. The module gets no files, no arguments and no environment.
 *
 * It runs in a thread of its own, which may block until a request comes. Reading the process's own stdin there
 * would not do: pipes that Node makes do not block, and the module would see "try again" and end.
 */
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';
import {
	isMainThread,
	MessageChannel,
	type MessagePort,
	parentPort,
	receiveMessageOnPort,
	Worker,
	workerData,
} from 'node:worker_threads';

interface Wiring {
	readonly path: string;
	/** Chunks of stdin; null: its end. */
	readonly input: MessagePort;
	/** Counts chunks, so that the thread can wait for the next. */
	readonly arrived: Int32Array;
}

/** WASI preview 1 `errno`: success. */
const SUCCESS = 0;

if (isMainThread) serve(process.argv[2]);
else run(workerData as Wiring);

function serve(path: string | undefined): void {
	if (path === undefined) throw new Error('usage: wasi-host sluice-compiler.wasm');
	const { port1, port2 } = new MessageChannel();
	const arrived = new Int32Array(new SharedArrayBuffer(4));
	const worker = new Worker(import.meta.filename, {
		workerData: { path, input: port2, arrived } satisfies Wiring,
		transferList: [port2],
	});
	const pass = (chunk: Uint8Array | null) => {
		port1.postMessage(chunk);
		Atomics.add(arrived, 0, 1);
		Atomics.notify(arrived, 0);
	};
	process.stdin.on('data', pass).on('end', () => pass(null));
	worker.on('message', ({ fd, bytes }: { fd: number; bytes: Uint8Array }) => {
		(fd === 1 ? process.stdout : process.stderr).write(bytes);
	});
	worker.on('error', (error) => {
		process.stderr.write(`${error.message}\n`);
		process.exitCode = 1;
	});
	worker.on('exit', (code) => {
		process.exitCode ||= code;
		port1.close();
		process.stdin.destroy();
	});
}

function run({ path, input, arrived }: Wiring): void {
	const wasi = new WASI({ version: 'preview1', args: ['sluice-compiler'], env: {}, returnOnExit: true });
	const imports = wasi.getImportObject() as Record<string, Record<string, (...args: number[]) => unknown>>;
	const preview = imports['wasi_snapshot_preview1']!;
	let waiting = Buffer.alloc(0);
	let ended = false;
	let memory: { readonly buffer: ArrayBuffer };

	/** The buffers of a scatter/gather call: pairs of 32-bit address and length. */
	const vectors = (at: number, count: number): Uint8Array[] => {
		const view = new DataView(memory.buffer);
		return Array.from({ length: count }, (_, i) => {
			return new Uint8Array(memory.buffer, view.getUint32(at + 8 * i, true), view.getUint32(at + 8 * i + 4, true));
		});
	};

	const next = (): void => {
		while (waiting.length === 0 && !ended) {
			const seen = Atomics.load(arrived, 0);
			const message = receiveMessageOnPort(input) as { message: Uint8Array | null } | undefined;
			if (message === undefined) Atomics.wait(arrived, 0, seen);
			else if (message.message === null) ended = true;
			else waiting = Buffer.from(message.message);
		}
	};

	const { fd_read: read, fd_write: write } = preview;
	preview['fd_read'] = (fd, at, count, result) => {
		if (fd !== 0) return read!(fd!, at!, count!, result!);
		next();
		let total = 0;
		for (const target of vectors(at!, count!)) {
			const part = waiting.subarray(0, target.length);
			target.set(part);
			waiting = waiting.subarray(part.length);
			total += part.length;
		}
		new DataView(memory.buffer).setUint32(result!, total, true);
		return SUCCESS;
	};
	preview['fd_write'] = (fd, at, count, result) => {
		if (fd !== 1 && fd !== 2) return write!(fd!, at!, count!, result!);
		const bytes = Buffer.concat(vectors(at!, count!));
		parentPort!.postMessage({ fd, bytes });
		new DataView(memory.buffer).setUint32(result!, bytes.length, true);
		return SUCCESS;
	};

	const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path)), imports);
	memory = instance.exports['memory'] as typeof memory;
	process.exitCode = wasi.start(instance);
}
