import type { view } from '../contract/index.js';
import { html } from '../docs-site/markup.js';
import { older, problemNotice, tableOf, time, type AdminPage } from './layout.js';
import { personLink } from './reports-page.js';

const path = '/admin/contests';

/** No-shows that the accused contest. */
export const contestsPage = (
  list: { items: view.ContestInQueue[]; nextCursor: string | null },
  problem: string | undefined,
): AdminPage => ({
  title: 'Contests',
  here: path,
  body: html`<h1>Contested no-shows</h1>
    <p>Those that wait, the oldest first. What is overturned counts no more against the person.</p>
    ${problemNotice(problem)}
    ${tableOf(
      list.items,
      ['When', 'Who', 'Deal', 'What they say', ''],
      (one) =>
        html`<tr>
          <td>${time(one.at)}</td>
          <td class="id">${personLink(one.userId)}</td>
          <td class="id">${one.dealId}</td>
          <td class="words">${one.text}</td>
          <td>
            <form method="post" action="${path}/decision">
              <input type="hidden" name="id" value="${one.dealId}" />
              <label>Note <input name="note" maxlength="200" /></label>
              <button name="verdict" value="uphold">It stands</button>
              <button name="verdict" value="overturn">It does not count</button>
            </form>
          </td>
        </tr>`,
    )}
    ${older(path, { cursor: list.nextCursor })}`,
});
