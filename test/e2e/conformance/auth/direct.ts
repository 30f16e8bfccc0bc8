import { visit } from './client.ts';

// node direct.ts URL: the client under the referee's eyes.
await visit(process.argv[2]!);
