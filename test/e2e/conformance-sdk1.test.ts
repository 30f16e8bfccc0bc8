import t from 'tap';
import { fixtures } from './conformance/fixtures.ts';
import { sameThroughTheGateway } from './conformance/same.ts';

t.test(`${fixtures.sdk1.name}: what passes direct passes through`, (t) => sameThroughTheGateway(t, fixtures.sdk1));
