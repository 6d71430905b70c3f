import { html } from '../docs-site/markup.js';
import { adminPage, time } from './layout.js';
import { lookUpForm } from './trace-page.js';

export const overviewPage = (state: {
  deadLetters: number;
  webhooksDisabledAt: string | null;
  /** When the oldest report that waits was made; undefined: none waits. */
  oldestReport: string | undefined;
}): string =>
  adminPage({
    title: 'Overview',
    here: '/admin',
    body: html`<h1>Admin</h1>
      ${
        state.webhooksDisabledAt !== null &&
        html`<p class="notice bad">
          The webhook endpoint answered 410: nothing is sent to it.
          <a href="/admin/webhooks">Look at the webhooks</a>
        </p>`
      }
      <h2>What became of a message</h2>
      ${lookUpForm({})}
      <h2>What waits for somebody</h2>
      <ul>
        <li>
          <a href="/admin/reports">Reports</a>:
          ${
            state.oldestReport === undefined
              ? 'none waits'
              : html`the oldest waits since ${time(state.oldestReport)}`
          }
        </li>
        <li>
          <a href="/admin/dead-letters">Dead letters</a>: ${state.deadLetters}
          ${state.deadLetters === 1 ? 'push was' : 'pushes were'} given up
        </li>
        <li><a href="/admin/webhooks?state=dead">Webhook events that were given up</a></li>
        <li><a href="/admin/queues">Queues</a>, to look at only</li>
      </ul>`,
  });
