import { page } from './layout.js';
import { Markup, html } from './markup.js';
import { stateMachines } from './state-machines.js';
import { statePicture } from './state-picture.js';

/** What can happen to an offer and a deal, drawn from the tables that the code itself asks. */
export const statesPage = (): string =>
  page({
    title: 'Haggle states',
    here: '/docs/states',
    styles: ['/docs/pages.css'],
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
            <div class="wide">${new Markup(statePicture(name, transitions))}</div>`,
      )}
    </main>`,
  });
