import { dealTransitions } from '../domain/deal-transitions.js';
import { offerTransitions } from '../domain/offer-transitions.js';
import { page } from './layout.js';
import { Markup, html } from './markup.js';
import { statePicture, type Transition } from './state-picture.js';

/** The state machines with a picture, each with the table that its domain object uses. */
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

/** Shows what can happen to an offer and a deal, drawn from the tables that the code uses. */
export const statesPage = (): string =>
  page({
    title: 'Haggle states',
    here: '/docs/states',
    body: html`<main class="columns single">
      <h1>States</h1>
      <p>
        Drawn from the tables of transitions that the server itself asks before it lets anything
        happen.
      </p>
      ${stateMachines.map(
        ({ name, says, transitions }) =>
          html`<h2 id="${name}">The ${name}</h2>
            <p>${says}</p>
            <div class="wide" tabindex="0">${new Markup(statePicture(name, transitions))}</div>`,
      )}
    </main>`,
  });
