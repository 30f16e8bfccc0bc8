// Loaded before a program that is not ours: a server of it that names no address listens on 127.0.0.1 and not on all.
// Synchronously, as `listen(0)` is: the program may ask for its port in the next line.
const { Server } = require('node:net');

const listen = Server.prototype.listen;
Server.prototype.listen = function (...args) {
	const [first] = args;
	const options = typeof first === 'object' && first !== null ? first : { port: first };
	const { port, host } = options;
	const named = host !== undefined || typeof args[1] === 'string';
	if (named || !(port === undefined || Number.isInteger(Number(port)))) return listen.apply(this, args);
	const callback = args.findLast((arg) => typeof arg === 'function');
	if (callback !== undefined) this.once('listening', callback);
	this._listen2('127.0.0.1', Number(port ?? 0), 4, 511, undefined, 0);
	return this;
};
