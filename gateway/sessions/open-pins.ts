import type { Clock } from '../clock.ts';
import type { Store } from '../store/store.ts';
import { DefinitionTexts } from './definition-texts.ts';
import { Listings } from './listings.ts';
import { PINS, Pins } from './pins.ts';
import type { TextBox } from './recent-rows.ts';

/** The pins of a store. `box`: seals the texts of definitions. */
export function pinsIn(store: Store, box: TextBox, clock: Clock): Pins {
	return new Pins({
		table: store.table('pins'),
		listings: new Listings(store.table('listings'), PINS),
		texts: new DefinitionTexts(store.table('definitions'), box),
		clock,
	});
}
