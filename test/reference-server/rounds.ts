import { answerTo, asks, filled, form, roots, sampling } from './asking.ts';
import { type Fixture, fixture, text } from './call.ts';
import { seal, unseal } from './state.ts';

/** Tools that need more than one round (2026-07-28, SEP-2322), by the names the suite calls them. */
export const rounds: readonly Fixture[] = [
	fixture('test_input_required_result_elicitation', 'Asks for a name.', (_args, { answers }) => {
		const name = filled(answers, 'user_name', 'name');
		if (typeof name !== 'string') return asks({ user_name: form('What is your name?', 'name') });
		return text(`Hello, ${name}!`);
	}),
	fixture('test_input_required_result_sampling', 'Asks a model.', (_args, { answers }) => {
		const answer = answerTo(answers, 'capital_question');
		if (answer === undefined) return asks({ capital_question: sampling('What is the capital of France?', 100) });
		return text(`The model said: ${JSON.stringify(answer.content)}`);
	}),
	fixture('test_input_required_result_list_roots', 'Asks for roots.', (_args, { answers }) => {
		const answer = answerTo(answers, 'client_roots');
		if (answer === undefined) return asks({ client_roots: roots });
		return text(`Roots: ${JSON.stringify(answer.roots)}`);
	}),
	fixture('test_input_required_result_request_state', 'Gives a state and wants it back.', (_args, call) => {
		if (filled(call.answers, 'confirm', 'ok') === undefined || call.state === undefined)
			return asks({ confirm: form('Please confirm', 'ok', 'boolean') }, seal('confirm'));
		return text(`${unseal(call.state) === 'confirm' ? 'state-ok' : 'another state'}`);
	}),
	fixture('test_input_required_result_tampered_state', 'Refuses a state that was changed.', (_args, call) => {
		if (call.state !== undefined) unseal(call.state);
		if (filled(call.answers, 'confirm', 'ok') === undefined)
			return asks({ confirm: form('Please confirm', 'ok', 'boolean') }, seal('tampered'));
		return text('the state is as it was given');
	}),
	fixture('test_input_required_result_multiple_inputs', 'Asks for three things at once.', (_args, call) => {
		const { answers, state } = call;
		const name = filled(answers, 'user_name', 'name');
		const all = ['user_name', 'greeting', 'client_roots'].every((key) => answerTo(answers, key) !== undefined);
		if (all && state !== undefined) return text(`${unseal(state)}: ${name}`);
		return asks(
			{
				user_name: form('What is your name?', 'name'),
				greeting: sampling('Generate a greeting', 50),
				client_roots: roots,
			},
			seal('three answers'),
		);
	}),
	fixture('test_input_required_result_multi_round', 'Asks twice.', (_args, { answers, state }) => {
		const before = state === undefined ? '' : unseal(state);
		const name = filled(answers, 'step1', 'name');
		const color = filled(answers, 'step2', 'color');
		if (before.startsWith('2:') && color !== undefined) return text(`${before.slice(2)} likes ${color}`);
		if (before === '1' && name !== undefined)
			return asks({ step2: form('Step 2: What is your favorite color?', 'color') }, seal(`2:${name}`));
		return asks({ step1: form('Step 1: What is your name?', 'name') }, seal('1'));
	}),
	fixture('test_input_required_result_capabilities', 'Asks for what the client can do.', (_args, call) => {
		const { capabilities } = call;
		return asks({
			...('elicitation' in capabilities ? { user_name: form('What is your name?', 'name') } : {}),
			...('sampling' in capabilities ? { greeting: sampling('Generate a greeting', 50) } : {}),
			...('roots' in capabilities ? { client_roots: roots } : {}),
		});
	}),
];
