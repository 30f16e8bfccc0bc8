/** A file in an archive. */
export interface TarFile {
	readonly name: string;
	readonly bytes: Buffer;
}

const BLOCK = 512;

/**
 * A POSIX ustar archive (IEEE Std 1003.1, pax, "ustar Interchange Format") with nothing in it that differs
 * between two runs: no times, no owners. Names of up to 255 bytes.
 */
export function writeTar(files: readonly TarFile[]): Buffer {
	const parts: Buffer[] = [];
	for (const { name, bytes } of files) {
		parts.push(header(name, bytes.length), bytes, Buffer.alloc(padding(bytes.length)));
	}
	parts.push(Buffer.alloc(2 * BLOCK));
	return Buffer.concat(parts);
}

function header(path: string, size: number): Buffer {
	const block = Buffer.alloc(BLOCK);
	const [prefix, name] = splitName(path);
	block.write(name, 0, 100, 'utf8');
	octal(block, 0o644, 100, 8);
	octal(block, 0, 108, 8);
	octal(block, 0, 116, 8);
	octal(block, size, 124, 12);
	octal(block, 0, 136, 12);
	block.write('0', 156, 'latin1');
	block.write('ustar\x0000', 257, 'latin1');
	block.write(prefix, 345, 155, 'utf8');
	octal(block, checksum(block), 148, 7);
	block[155] = 0x20;
	return block;
}

function splitName(path: string): [prefix: string, name: string] {
	if (Buffer.byteLength(path) <= 100) return ['', path];
	for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
		const prefix = path.slice(0, at);
		const name = path.slice(at + 1);
		if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100) return [prefix, name];
	}
	throw new RangeError(`the name \`${path}\` is too long for an archive`);
}

function octal(block: Buffer, value: number, at: number, length: number): void {
	block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, length, 'latin1');
}

/** Sum of all bytes, those of the checksum itself taken as spaces. */
function checksum(block: Buffer): number {
	let sum = 0;
	for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : block[i]!;
	return sum;
}

function padding(size: number): number {
	return (BLOCK - (size % BLOCK)) % BLOCK;
}

/**
 * The regular files of an archive, in its order; folders and pax headers are passed over, links and devices are
 * refused, and so is a name that leaves the archive, a name twice, or a bad checksum.
 *
 * @throws {RangeError} with what is wrong in words
 */
export function readTar(archive: Buffer): readonly TarFile[] {
	const files = new Map<string, Buffer>();
	for (let at = 0; at + BLOCK <= archive.length; ) {
		const block = archive.subarray(at, at + BLOCK);
		if (block.every((byte) => byte === 0)) break;
		if (number(block, 148, 8) !== checksum(block)) throw new RangeError('a header has a wrong checksum');
		const size = number(block, 124, 12);
		const end = at + BLOCK + size;
		if (end > archive.length) throw new RangeError('it ends in the middle of a file');
		const type = String.fromCharCode(block[156]!);
		const prefix = block.toString('latin1', 257, 262) === 'ustar' ? text(block, 345, 155) : '';
		const name = safeName(prefix === '' ? text(block, 0, 100) : `${prefix}/${text(block, 0, 100)}`);
		if (type === '0' || type === '\0') {
			if (files.has(name)) throw new RangeError(`\`${name}\` is there twice`);
			files.set(name, archive.subarray(at + BLOCK, end));
		} else if (!'5xg'.includes(type)) {
			throw new RangeError(`\`${name}\` is neither a file nor a folder`);
		}
		at = end + padding(size);
	}
	return [...files].map(([name, bytes]) => ({ name, bytes }));
}

function number(block: Buffer, at: number, length: number): number {
	const digits = text(block, at, length).trim();
	if (!/^[0-7]+$/.test(digits)) throw new RangeError('a header has a field that is not a number');
	return Number.parseInt(digits, 8);
}

function text(block: Buffer, at: number, length: number): string {
	const field = block.subarray(at, at + length);
	const end = field.indexOf(0);
	return field.toString('utf8', 0, end < 0 ? length : end);
}

function safeName(name: string): string {
	const plain = name.replace(/^\.?\//, '').replace(/\/$/, '');
	if (plain === '' && name !== '') return plain;
	if (plain === '' || /(^|\/)\.\.?(\/|$)|\/\/|^[A-Za-z]:|\\|\0/.test(plain)) {
		throw new RangeError(`the name \`${name}\` leaves the archive`);
	}
	return plain;
}
