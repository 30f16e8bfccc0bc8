import t from 'tap';
import { everyListener } from './transport-pairs.ts';

await everyListener(t, 'ws');
