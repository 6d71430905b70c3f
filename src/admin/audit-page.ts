import type { view } from '../contract/index.js';
import { html } from '../docs-site/markup.js';
import { older, tableOf, time, type AdminPage } from './layout.js';

const path = '/admin/audit';

/** What operators did. Beside each name stands the id, since anybody may take the name of another. */
export const auditPage = (list: {
  items: view.AuditEntry[];
  nextCursor: string | null;
}): AdminPage => ({
  title: 'Audit trail',
  here: path,
  body: html`<h1>Audit trail</h1>
    <p>What operators did, and who failed to sign in as one. Nothing here is ever changed.</p>
    ${tableOf(
      list.items,
      ['When', 'Who', 'What', 'With'],
      ({ at, by, byName, what, from, input }) =>
        html`<tr>
          <td>${time(at)}</td>
          <td>
            ${byName ?? by ?? from ?? ''}
            ${byName !== undefined && html`<br /><span class="id">${by}</span>`}
          </td>
          <td>${what}</td>
          <td class="id">${input.map(({ field, value }) => html`${field}: ${value}<br />`)}</td>
        </tr>`,
      'Nothing yet.',
    )}
    ${older(path, { cursor: list.nextCursor })}`,
});
