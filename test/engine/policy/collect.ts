import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes that this process holds, on the heap and beside it, once what nobody needs is gone. */
export function memoryAfterCollecting(): number {
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc') as () => void;
	for (let i = 0; i < 4; i++) collect();
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}
