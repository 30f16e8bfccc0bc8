// Without any syntax of TypeScript: hooks on `require`, which test runners and profilers have, may not take it out.
export { functions } from './functions.ts';
