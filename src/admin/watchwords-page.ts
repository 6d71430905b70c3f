import { tradeLimits, type view } from '../contract/index.js';
import { html } from '../docs-site/markup.js';
import { older, problemNotice, tableOf, time, type AdminPage } from './layout.js';

const path = '/admin/watchwords';

/** Terms that may not stand in listings, and numbers of known fraud. */
export const watchwordsPage = (
  list: { items: view.Watchword[]; nextCursor: string | null },
  problem: string | undefined,
): AdminPage => ({
  title: 'Watchwords',
  here: path,
  body: html`<h1>Watchwords</h1>
    <p>
      A listing with a banned term is blinded when it is published or edited, and its owner is told
      which term. A fraud number (a phone or an account) is masked in messages, however it is
      spelled, and the other side is warned.
    </p>
    ${problemNotice(problem)}
    <form method="post" action="${path}/add">
      <label
        >Kind
        <select name="kind">
          <option value="bannedTerm">banned term</option>
          <option value="fraudNumber">fraud number</option>
        </select></label
      >
      <label>Text <input name="text" maxlength="${tradeLimits.watchwordLength}" required /></label>
      <button>Watch for it</button>
    </form>
    ${tableOf(
      list.items,
      ['Since', 'Kind', 'Text', 'By', ''],
      (one) =>
        html`<tr>
          <td>${time(one.at)}</td>
          <td>${one.kind}</td>
          <td>${one.text}</td>
          <td>${one.by}</td>
          <td>
            <form method="post" action="${path}/remove">
              <input type="hidden" name="id" value="${one.id}" />
              <button>Watch no more</button>
            </form>
          </td>
        </tr>`,
    )}
    ${older(path, { cursor: list.nextCursor })}`,
});
