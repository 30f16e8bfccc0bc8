import { mkdir, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { SluiceError } from '../../engine/error.ts';
import { type Format, piecesOf } from '../output/formats.ts';
import type { Report } from '../output/report.ts';
import type { Shell } from '../shell.ts';

/** A report in a format, and the file that it goes to. */
export interface ReportFile {
	readonly format: Format;
	readonly file: string;
}

/** As wide as a report in a file is, whoever made it: nobody's terminal. */
const WIDTH = 80;

/**
 * Writes one report in several formats, so that a CI system gets all that it reads from one run. Folders are made, files
 * are replaced.
 * @throws SluiceError `ERR_REPORT_WRITE`
 */
export async function writeReports(report: Report, files: readonly ReportFile[], shell: Shell): Promise<void> {
	for (const { format, file } of files) {
		const path = resolve(shell.cwd, file);
		try {
			await mkdir(dirname(path), { recursive: true });
			await using handle = await open(path, 'w');
			for (const piece of piecesOf(report, format, { width: WIDTH, color: false })) await handle.write(piece);
		} catch (error) {
			throw new SluiceError('ERR_REPORT_WRITE', `cannot write the report \`${file}\`: ${(error as Error).message}`, {
				help: 'name a file that can be written after `--report FORMAT=`',
				cause: error,
			});
		}
	}
}
