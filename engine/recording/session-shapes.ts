import { Ajv, type ValidateFunction } from 'ajv';
import { dotted, explain } from '../schema/explain.ts';
import schema from './session.schema.json' with { type: 'json' };

/** The kinds of lines that the schema of session files describes. */
export type Shape = 'header' | 'frame' | 'gateway' | 'rejudge' | 'event';
export type Json = Readonly<Record<string, unknown>>;

let validators: Record<Shape, ValidateFunction> | undefined;

/** What is wrong with a line of that kind; undefined: nothing. */
export function complaint(shape: Shape, value: Json): { readonly message: string; readonly help?: string } | undefined {
	validators ??= compile();
	const validate = validators[shape];
	if (validate(value)) return undefined;
	const complaints = explain(validate.errors ?? []);
	// a key that is spelled wrong explains the one that is missing
	const first = complaints.find(({ key }) => key) ?? complaints[0];
	const message = first?.message.replace('`the document`', shape === 'header' ? 'the header' : 'the line');
	const help = first?.help;
	return { message: message ?? `not a ${shape} (at ${dotted('')})`, ...(help === undefined ? {} : { help }) };
}

function compile(): Record<Shape, ValidateFunction> {
	const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, strictTypes: false });
	ajv.addSchema(schema, 'session');
	const of = (shape: Shape) => ajv.compile({ $ref: `session#/$defs/${shape}` });
	return {
		header: of('header'),
		frame: of('frame'),
		gateway: of('gateway'),
		rejudge: of('rejudge'),
		event: of('event'),
	};
}
