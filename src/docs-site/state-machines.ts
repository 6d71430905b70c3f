import { dealTransitions } from '../domain/deal-transitions.js';
import { offerTransitions } from '../domain/offer-transitions.js';
import type { Transition } from './state-picture.js';

/** What has states worth a picture: each with the table that its domain object itself asks. */
export const stateMachines: readonly {
  name: string;
  says: string;
  transitions: readonly Transition[];
}[] = [
  {
    name: 'offer',
    says: 'A negotiation between the seller and one buyer. Final states never change: a new try is a new offer. A request for a give-away is an offer of nothing.',
    transitions: offerTransitions,
  },
  {
    name: 'deal',
    says: 'What the two agreed on. While it is open the listing is kept for the buyer, and the appointment is proposed, changed and confirmed inside it.',
    transitions: dealTransitions,
  },
];
