import type { Connection } from 'mongoose';
import { DealStore } from './deal.store.js';

/** Builds the slice: what buyer and seller agreed on. It knows offers; offers only know how to open a deal. */
export function createDeals(deps: { mongo: Connection }) {
  const deals = new DealStore(deps.mongo);
  return { open: deals.add.bind(deals), prepare: () => deals.prepare() };
}
