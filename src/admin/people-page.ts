import type { view } from '../contract/index.js';
import { html, type Markup } from '../docs-site/markup.js';
import { adminPage } from './layout.js';
import { personLink, sanctionsTable, sharedFields } from './reports-page.js';

const path = '/admin/people';

/**
 * What was laid upon a person, and who is a moderator; `sanctions` undefined: nobody was asked for, null: there is no
 * such person.
 */
export const peoplePage = ({
  id,
  sanctions,
  moderators,
  problem,
}: {
  id: string | undefined;
  sanctions: view.Sanction[] | null | undefined;
  moderators: view.User[];
  problem: string | undefined;
}): string =>
  adminPage({
    title: 'People',
    here: path,
    body: html`<h1>People</h1>
      ${problem !== undefined && html`<p class="notice bad" role="alert">${problem}</p>`}
      <form action="${path}">
        <label>Id or e-mail address <input name="id" value="${id ?? ''}" required /></label>
        <button>Show</button>
      </form>
      ${sanctions === null && html`<p class="notice bad">There is no such person.</p>`}
      ${
        sanctions &&
        html`<h2>What was laid upon this person</h2>
          ${sanctionsTable(sanctions)}
          <h2>Warn, suspend, ban</h2>
          <form method="post" action="${path}/sanction">
            <input type="hidden" name="id" value="${id ?? ''}" />
            <label
              >What
              <select name="kind">
                <option>warning</option>
                <option>suspension</option>
                <option>ban</option>
                <option value="none">lift what is in force</option>
              </select></label
            >
            ${sharedFields()}
            <button>Do it</button>
          </form>
          <h2>Role</h2>
          ${roleForm(id ?? '', moderators)}`
      }
      <h2>Moderators</h2>
      ${
        moderators.length === 0
          ? html`<p>
              Nobody. A moderator looks at reports in the app, without a password of this area.
            </p>`
          : html`<ul>
              ${moderators.map((one) => html`<li>${personLink(one.id, one.nickname)}</li>`)}
            </ul>`
      }`,
  });

const roleForm = (id: string, moderators: view.User[]): Markup => {
  const is = moderators.some((one) => one.id === id);
  return html`<form method="post" action="${path}/role">
    <input type="hidden" name="id" value="${id}" />
    <input type="hidden" name="role" value="${is ? 'none' : 'moderator'}" />
    <button>${is ? 'No longer a moderator' : 'Make a moderator'}</button>
  </form>`;
};
