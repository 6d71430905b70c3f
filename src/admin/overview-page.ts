import { html } from '../docs-site/markup.js';
import { time, type AdminPage } from './layout.js';
import { lookUpForm } from './trace-page.js';

export const overviewPage = (state: {
  /** When the oldest report that waits was made; undefined: none waits. */
  oldestReport: string | undefined;
  /** Left out for who only moderates. */
  pushes?: { deadLetters: number; webhooksDisabledAt: string | null };
}): AdminPage => ({
  title: 'Overview',
  here: '/admin',
  body: html`<h1>Admin</h1>
    ${
      state.pushes &&
      state.pushes.webhooksDisabledAt !== null &&
      html`<p class="notice bad">
        The webhook endpoint answered 410: nothing is sent to it.
        <a href="/admin/webhooks">Look at the webhooks</a>
      </p>`
    }
    ${
      state.pushes &&
      html`<h2>What became of a message</h2>
        ${lookUpForm({})}`
    }
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
      ${
        state.pushes &&
        html`<li>
            <a href="/admin/dead-letters">Dead letters</a>: ${state.pushes.deadLetters}
            ${state.pushes.deadLetters === 1 ? 'push was' : 'pushes were'} given up
          </li>
          <li><a href="/admin/webhooks?state=dead">Webhook events that were given up</a></li>
          <li><a href="/admin/queues">Queues</a>, to look at only</li>`
      }
    </ul>`,
});
