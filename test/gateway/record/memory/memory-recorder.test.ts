import { MemoryRecorder } from '../../../../gateway/record/memory/memory-recorder.ts';
import { recorderContract } from '../../../contract/recorder.ts';

recorderContract('memory', async () => {
	const recorder = new MemoryRecorder();
	return { recorder, reader: recorder, close: () => recorder.close() };
});
