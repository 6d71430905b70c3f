import type { ClientSession } from 'mongoose';
import type { Agreement } from '../domain/deal.js';

/** How a deal is opened, inside the transaction that agreed on it. Deals know offers, so this comes from outside. */
export type OpenDeal = (agreement: Agreement, session: ClientSession) => Promise<void>;
