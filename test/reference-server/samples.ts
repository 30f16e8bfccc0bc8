/** One red pixel, a PNG. */
export const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

/** A WAV header with an empty data chunk: 8 kHz, mono, 8 bit. */
export const wav = Buffer.concat([
	Buffer.from('RIFF'),
	Buffer.from([36, 0, 0, 0]),
	Buffer.from('WAVEfmt '),
	Buffer.from([16, 0, 0, 0, 1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x40, 0x1f, 0, 0, 1, 0, 8, 0]),
	Buffer.from('data'),
	Buffer.from([0, 0, 0, 0]),
]).toString('base64');
