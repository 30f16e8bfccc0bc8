import t from 'tap';
import { everyListener } from './transport-pairs.ts';

everyListener(t, 'sse');
