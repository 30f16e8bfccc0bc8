import { styleText } from 'node:util';

export type Ink = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** `text` in that colour, where colour is wanted. */
export function paint(ink: Ink, text: string, color: boolean): string {
	return color ? styleText(ink, text, { validateStream: false }) : text;
}
