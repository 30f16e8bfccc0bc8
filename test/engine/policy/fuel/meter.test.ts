import t, { type Test } from 'tap';
import { FUEL_EXPORT, meter, STACK_POINTER_EXPORT, START_FUEL } from '../../../../engine/policy/fuel/meter.ts';
import { assemble, type Fn, I32, i32, type Running, run, type Shape, text, u } from './assemble.ts';

const metered = (shape: Shape, host: Parameters<typeof run>[1] = []): Running => run(meter(assemble(shape)), host);

/** What a call takes, and that it needs exactly that. */
function used(t: Test, running: Running, name: string, ...args: number[]): number {
	running.fuel.value = 1_000_000;
	const result = running.f[name]!(...args);
	const units = 1_000_000 - running.fuel.value;
	running.fuel.value = units;
	t.equal(running.f[name]!(...args), result, `${name}(${args}) with ${units} units`);
	t.equal(running.fuel.value, 0);
	if (units > 0) {
		running.fuel.value = units - 1;
		t.throws(() => running.f[name]!(...args), WebAssembly.RuntimeError, `${name}(${args}) with ${units - 1} units`);
		t.equal(running.fuel.value, -1);
		t.throws(() => running.f[name]!(...args), WebAssembly.RuntimeError, 'and stays out of fuel');
	}
	running.fuel.value = START_FUEL;
	return units;
}

/** `while (local 0 != 0) { body; local 0 -= 1 }` */
const countDown = (...body: number[]): number[] => [
	...[0x02, 0x40, 0x03, 0x40],
	...[0x20, 0, 0x45, 0x0d, 1],
	...body,
	...[0x20, 0, ...i32(1), 0x6b, 0x21, 0, 0x0c, 0],
	...[0x0b, 0x0b],
];
const fn = (code: readonly number[], more: Partial<Fn> = {}): Fn => ({ params: [I32], results: [I32], code, ...more });
const result = [0x20, 1];
const local: Partial<Fn> = { locals: [[1, I32]] };

t.test('straight code is free, and is what it was', async (t) => {
	const shape = { functions: [fn([0x20, 0, ...i32(7), 0x6a])] };
	const running = metered(shape);
	t.equal(running.f['f0']!(35), 42);
	t.equal(used(t, running, 'f0', 1), 0);
	const { fuel, stackPointer } = metered(shape);
	t.equal(fuel.value, START_FUEL);
	t.equal(stackPointer.value, 65_536);
});

t.test('iterations pay, wherever the loop stands: four of a short innermost loop for one', async (t) => {
	const inIf = [0x20, 0, 0x04, 0x40, ...countDown(), 0x05, 0x03, 0x40, 0x0b, 0x0b, ...result];
	const running = metered({
		functions: [
			fn([...countDown(0x20, 1, ...i32(2), 0x6a, 0x21, 1), ...result], local),
			fn(inIf, local),
			// Nested: local 2 counts for the inner loop.
			fn(
				[
					...countDown(
						...[...i32(3), 0x21, 2, 0x03, 0x40, 0x20, 2, ...i32(1), 0x6b, 0x22, 2, 0x0d, 0, 0x0b],
						...[0x20, 1, ...i32(1), 0x6a, 0x21, 1],
					),
					...result,
				],
				{ locals: [[2, I32]] },
			),
			// A loop that gives a value, in an operand position.
			fn([0x20, 0, 0x03, I32, ...i32(5), 0x0b, 0x6a]),
		],
	});
	t.equal(running.f['f0']!(10), 20);
	for (const n of [0, 1, 10, 100_000]) t.equal(used(t, running, 'f0', n), Math.ceil((n + 1) / 4));
	t.equal(used(t, running, 'f0', 0), 1);
	t.equal(used(t, running, 'f1', 10), 3);
	t.equal(used(t, running, 'f1', 0), 1);
	t.equal(running.f['f2']!(4), 4);
	t.equal(used(t, running, 'f2', 4), 5 + 4);
	t.equal(running.f['f3']!(4), 9);
	t.equal(used(t, running, 'f3', 4), 1);
});

t.test('br_table to a loop header pays', async (t) => {
	// loop: switch (local 0--) { case 0: leave; default: again }
	const code = [
		...[0x02, 0x40, 0x03, 0x40],
		...[0x20, 0, 0x20, 0, ...i32(1), 0x6b, 0x21, 0],
		...[0x20, 1, ...i32(1), 0x6a, 0x21, 1],
		...[0x0e, 2, 1, 0, 0, 0x0b, 0x0b, ...result],
	];
	const running = metered({ functions: [fn(code, local)] });
	t.equal(running.f['f0']!(9), 10);
	t.equal(used(t, running, 'f0', 9), 3);
});

t.test('a long loop pays for each iteration, and branches far out of a copied one arrive', async (t) => {
	const long = fn([...countDown(...Array(700).fill(0x01)), ...result], local);
	// 127 blocks around the loop: with a copy the label of the outermost takes two bytes.
	const blocks = Array(126).fill([0x02, 0x40]).flat();
	const far = [
		...[0x02, 0x40, ...blocks, 0x03, 0x40],
		...[0x20, 1, ...i32(1), 0x6a, 0x22, 1, 0x20, 0, 0x46, 0x0d, 127, 0x0c, 0, 0x0b],
		...[...Array(126).fill(0x0b), 0x00, 0x0b, ...result],
	];
	const running = metered({ functions: [long, fn(far, local)] });
	t.equal(used(t, running, 'f0', 10), 11);
	for (const n of [1, 2, 3, 4, 5, 100]) {
		t.equal(running.f['f1']!(n), n);
		t.equal(used(t, running, 'f1', n), Math.ceil(n / 4));
	}
});

t.test('recursion pays at the entry: of itself, through others, through a table', async (t) => {
	const unless0 = (...code: number[]): number[] => [0x20, 0, 0x45, 0x04, I32, ...i32(0), 0x05, ...code, 0x0b];
	const less = [0x20, 0, ...i32(1), 0x6b];
	const running = metered({
		functions: [
			fn(unless0(...less, 0x10, 0)),
			fn(unless0(...less, 0x10, 2)),
			fn(unless0(...less, 0x10, 1)),
			// Calls recursive functions, is none itself.
			fn([0x20, 0, 0x10, 0]),
			// call_indirect of member 0 of the table, which is itself.
			fn(unless0(...less, ...i32(0), 0x11, ...u(0), 0)),
			// In the table too, calls nothing.
			fn([0x20, 0]),
		],
		table: [4, 5],
	});
	t.equal(used(t, running, 'f0', 5), 6);
	// One of the two pays, whoever begins.
	t.equal(used(t, running, 'f1', 5), 3);
	t.equal(used(t, running, 'f2', 6), 3);
	t.equal(used(t, running, 'f3', 5), 6);
	t.equal(used(t, running, 'f4', 5), 6);
	t.equal(used(t, running, 'f5', 5), 0);
});

t.test('calls that double without loop or recursion are cut', async (t) => {
	const double = Array.from({ length: 60 }, (_, i) => fn(i === 0 ? [0x20, 0] : [0x20, 0, 0x10, i - 1, 0x10, i - 1]));
	const running = metered({ functions: double });
	t.equal(used(t, running, 'f3', 1), 0, 'a few calls are free');
	running.fuel.value = 10_000;
	t.throws(() => running.f['f59']!(1), WebAssembly.RuntimeError);
	t.equal(running.fuel.value, -1);
});

t.test('a bulk instruction pays for its length', async (t) => {
	const running = metered({
		functions: [
			{ params: [I32], code: [...i32(0), ...i32(7), 0x20, 0, 0xfc, 11, 0] },
			{ params: [I32], code: [...i32(32_768), ...i32(0), 0x20, 0, 0xfc, 10, 0, 0] },
			{ params: [I32], code: [...i32(0), ...i32(0), 0x20, 0, 0xfc, 8, 0, 0, 0xfc, 9, 0] },
		],
		data: [[1, ...text('abcd')]],
		sections: [[12, [1]]],
	});
	t.equal(used(t, running, 'f0', 6_400), 100);
	t.equal(used(t, running, 'f0', 63), 0);
	t.equal(used(t, running, 'f1', 6_400), 100);
	t.equal(new Uint8Array(running.memory.buffer)[32_768 + 6_399], 7);
	running.f['f2']!(4);
	t.equal(Buffer.from(running.memory.buffer, 0, 5).toString('latin1'), 'abcd\x07');
	running.fuel.value = 3;
	t.throws(() => running.f['f0']!(-1), WebAssembly.RuntimeError);
	t.ok(running.fuel.value < 0, 'the longest length does not wrap');
});

t.test('the host fills up, and repairs the stack pointer', async (t) => {
	const running = metered({
		functions: [{ code: [0x23, 0, ...i32(64), 0x6b, 0x24, 0, 0x03, 0x40, 0x0c, 0, 0x0b] }],
	});
	for (let i = 1; i <= 3; i++) {
		running.fuel.value = 100;
		t.throws(() => running.f['f0']!(), WebAssembly.RuntimeError);
		t.equal(running.stackPointer.value, 65_536 - 64 * i);
	}
	running.stackPointer.value = 65_536;
	t.equal(running.stackPointer.value, 65_536);
});

t.test('a start function runs on what the module comes with, and cannot hang', async (t) => {
	const shape = { functions: [{ code: [0x03, 0x40, 0x0c, 0, 0x0b] }], start: 0 };
	t.throws(() => metered(shape), WebAssembly.RuntimeError);
});

t.test('a function of the host is called as before', async (t) => {
	const seen: number[] = [];
	const running = metered(
		{ imports: [{ params: [I32] }], functions: [fn([...countDown(0x20, 0, 0x10, 0), ...result], local)] },
		[(n: number) => seen.push(n)],
	);
	t.equal(used(t, running, 'f0', 3), 1);
	t.strictSame(seen.slice(0, 3), [3, 2, 1]);
});

t.test('indices and sizes of more than one byte', async (t) => {
	const globals = Array.from({ length: 200 }, (_, i) =>
		i === 0 ? [I32, 1, ...i32(1024), 0x0b] : [I32, 0, ...i32(i), 0x0b],
	);
	const functions = Array.from({ length: 300 }, (_, i) =>
		fn([...countDown(...Array(i).fill(0x01)), ...result], { locals: Array.from({ length: 127 }, () => [3, I32]) }),
	);
	const running = metered({ globals, functions });
	t.equal(used(t, running, 'f299', 10), 6, 'longer: two for one');
	t.equal(running.f['f299']!(10), 0);
	t.equal(running.stackPointer.value, 1024);
});

t.test('the same bytes for the same module, and everything else as it was', async (t) => {
	const names = [...text('name'), 1, 4, 1, 0, 1, 0x61];
	const wasm = assemble({ functions: [fn([...countDown(), ...result], local)], sections: [[0, names]] });
	const copy = wasm.slice();
	const out = meter(wasm);
	t.strictSame(meter(wasm), out);
	t.strictSame(wasm, copy, 'the module itself is not touched');
	t.ok(Buffer.from(out).includes(Buffer.from([0, names.length, ...names])), 'names of functions are kept');
	const padded = Buffer.concat([Buffer.alloc(5), wasm]).subarray(5);
	t.strictSame(meter(padded), out, 'also from the middle of a buffer');
});

t.test('what is not known is refused by name', async (t) => {
	const refuses = (shape: Shape, code: string, message: RegExp): void => {
		const wasm = assemble(shape);
		t.ok(WebAssembly.validate(wasm), `valid: ${message}`);
		t.throws(() => meter(wasm), { code, message, help: /sluice build/ });
	};
	const plain = { functions: [fn([0x20, 0])] };
	const simd = [0xfd, 12, ...Array(16).fill(0), 0x1a];
	refuses({ functions: [fn([...simd, 0x20, 0])] }, 'ERR_MODULE_OPCODE', /`vector-prefix` \(0xfd\)/);
	refuses({ functions: [fn([0x20, 0, 0x12, 0])] }, 'ERR_MODULE_OPCODE', /`return_call` \(0x12\)/);
	refuses({ functions: [fn([0xd0, 0x70, 0xd1])] }, 'ERR_MODULE_OPCODE', /`ref.null` \(0xd0\)/);
	refuses({ functions: [fn([0x20, 0, 0x20, 0, 0x20, 0, 0x1c, 1, I32])] }, 'ERR_MODULE_OPCODE', /`select-typed`/);
	refuses({ functions: [fn([0xfc, 16, 0])], table: [0] }, 'ERR_MODULE_OPCODE', /`table.size` \(0xfc 0x10\)/);
	refuses({ functions: [fn([0x20, 0, 0x02, 0, 0x0b])] }, 'ERR_MODULE_FEATURE', /a block of the type `0x0`/);
	refuses({ ...plain, sections: [[13, [0]]] }, 'ERR_MODULE_FEATURE', /unknown id `13`/);
	refuses(
		{ ...plain, globals: [[I32, 1, ...i32(16), ...i32(16), 0x6a, 0x0b]] },
		'ERR_MODULE_OPCODE',
		/`i32.const` \(0x41\)/,
	);
	refuses({ functions: [{ params: [0x70], code: [] }] }, 'ERR_MODULE_FEATURE', /type `0x70`/);
	const replaced = (id: number, ...content: number[]): Shape => ({ ...plain, replace: { [id]: content } });
	const imported = (...what: number[]): Shape => replaced(2, 1, ...text('env'), ...text('x'), ...what);
	refuses({ ...replaced(2, 0), sections: [[5, [1, 0, 1]]] }, 'ERR_MODULE_FEATURE', /a memory of its own/);
	refuses(imported(1, 0x70, 0, 1), 'ERR_MODULE_FEATURE', /`env.x`, which is no function or memory/);
	refuses(imported(3, I32, 0), 'ERR_MODULE_FEATURE', /`env.x`, which is no function or memory/);
	refuses(imported(2, 3, 1, 1), 'ERR_MODULE_FEATURE', /`env.x` is shared or of 64 bits/);
	const elements = (...content: number[]): Shape => ({ ...plain, table: [0], replace: { 9: [1, ...content] } });
	refuses(elements(3, 0, 1, 0), 'ERR_MODULE_FEATURE', /elements of the form `3`/);
	refuses(elements(5, 0x70, 1, 0xd2, 0, 0x0b), 'ERR_MODULE_FEATURE', /elements of the form `5`/);
	for (const [form, ...content] of [
		[1, 0, 1, 0],
		[2, 0, 0x41, 0, 0x0b, 0, 1, 0],
	]) {
		t.ok(WebAssembly.validate(meter(assemble(elements(form!, ...content)))), `elements of the form ${form}`);
	}
	t.throws(() => meter(assemble({ ...plain, replace: { 7: undefined } })), { message: /exports nothing/ });
	const exported = (name: string): Shape => ({ ...plain, exports: [[...text(name), 3, 0]] });
	refuses(exported(FUEL_EXPORT), 'ERR_MODULE_EXPORT', /`sluice_fuel`/);
	refuses(exported(STACK_POINTER_EXPORT), 'ERR_MODULE_EXPORT', /`sluice_stack_pointer`/);
	t.doesNotThrow(() => meter(assemble(exported('sluice_fuel2'))));
	t.throws(() => meter(meter(assemble(plain))), { code: 'ERR_MODULE_EXPORT' }, 'no module is metered twice');
});

t.test('a stack pointer that might be something else is refused', async (t) => {
	const stack = [I32, 1, ...i32(1024), 0x0b];
	const wrong = {
		immutable: [[I32, 0, ...i32(1024), 0x0b]],
		'another type': [[0x7e, 1, 0x42, 0, 0x0b]],
		'two that change': [stack, stack],
		'not the first': [[I32, 0, ...i32(0), 0x0b], stack],
		unaligned: [[I32, 1, ...i32(1028), 0x0b]],
		zero: [[I32, 1, ...i32(0), 0x0b]],
		none: [],
	};
	for (const [what, globals] of Object.entries(wrong)) {
		t.throws(
			() => meter(assemble({ globals, functions: [fn([0x20, 0])] })),
			{ code: 'ERR_MODULE_STACK_POINTER' },
			what,
		);
	}
});

t.test('nothing in a module can name what we add', async (t) => {
	// Global 1 and local 2 do not exist in the module; they would in the metered one.
	for (const code of [
		[...i32(99), 0x24, 1],
		[0x20, 2, 0x1a],
		[0x23, 1, 0x1a],
	]) {
		const wasm = assemble({ functions: [fn([...countDown(), ...code, ...result], local)] });
		t.throws(() => meter(wasm), { code: 'ERR_MODULE_MALFORMED' });
	}
	const wasm = assemble({ functions: [fn([0x20, 0])], exports: [[...text('mine'), 3, 1]] });
	t.throws(() => meter(wasm), { code: 'ERR_MODULE_MALFORMED' });
});

t.test('what is cut off or damaged is refused', async (t) => {
	const wasm = assemble({ functions: [fn([...countDown(), ...result], local)] });
	for (let length = 0; length < wasm.length; length++) {
		t.throws(() => meter(wasm.subarray(0, length)), { name: 'SluiceError' }, `${length} bytes`);
	}
	for (let at = 0; at < wasm.length; at++) {
		const damaged = wasm.slice();
		damaged[at]! ^= 0x55;
		try {
			t.ok(WebAssembly.validate(meter(damaged)), `byte ${at}`);
		} catch (error) {
			t.match(error, { name: 'SluiceError' }, `byte ${at}`);
		}
	}
});
