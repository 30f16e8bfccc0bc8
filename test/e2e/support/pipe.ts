import { connect } from 'node:net';

// node pipe.ts PORT: a stdio server whose other end is a socket, so that a test is that server and sees every byte.
const socket = connect(Number(process.argv[2]), '127.0.0.1');
process.stdin.pipe(socket);
socket.pipe(process.stdout);
socket.on('close', () => process.exit());
