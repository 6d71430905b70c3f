import type { view } from '../contract/index.js';
import { html, type Markup } from '../docs-site/markup.js';
import { older, tableOf, time, traceLink, tries, type AdminPage } from './layout.js';

const path = '/admin/dead-letters';

export const deadLettersPage = (
  list: { items: view.DeadLetter[]; nextCursor: string | null; total: number },
  redriven: string | undefined,
): AdminPage => ({
  title: 'Dead letters',
  here: path,
  body: html`<h1>Dead letters</h1>
    <p>
      Pushes that were given up, kept for fourteen days. Mend the cause, then put them back: devices
      that were told are not told again, and nobody is told of what was read meanwhile or is too
      old.
    </p>
    ${
      redriven !== undefined &&
      html`<p class="notice" role="status">
        Put back: ${redriven}. What fails again comes back here.
      </p>`
    }
    ${list.total > 0 && reasons(list.items)} ${table(list.items)}
    ${list.total > 0 && html`<p class="quiet">${list.total} in all.</p>`}
    ${older(path, { cursor: list.nextCursor })}`,
});

/** The reasons on this page: letters that failed for one reason are mended together. */
const reasons = (items: view.DeadLetter[]): Markup =>
  html`<ul>
    ${[...new Set(items.map(({ reason }) => reason))].map(
      (reason) =>
        html`<li>
          <form method="post" action="${path}/redrive">
            <input type="hidden" name="reason" value="${reason}" />
            <code>${reason}</code> <button>Put back all of this reason</button>
          </form>
        </li>`,
    )}
  </ul>`;

const table = (items: view.DeadLetter[]): Markup =>
  tableOf(
    items,
    ['Given up', 'What', 'Queue', 'Reason', ''],
    (one) =>
      html`<tr>
        <td>${time(one.at)}</td>
        <td class="id">
          ${
            one.conversationId !== undefined && one.seq !== undefined
              ? traceLink(one.conversationId, one.seq)
              : one.kind
          }<br /><span class="quiet">to ${one.recipientId}</span>
        </td>
        <td>${one.queue}</td>
        <td>${one.reason}<br /><span class="quiet">${tries(one.tries)}</span></td>
        <td>
          <form method="post" action="${path}/redrive">
            <input type="hidden" name="id" value="${one.id}" />
            <button>Put back</button>
          </form>
        </td>
      </tr>`,
  );
