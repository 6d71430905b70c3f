import type { view } from '../contract/index.js';
import { html, type Markup } from '../docs-site/markup.js';
import { adminPage } from './layout.js';
import { personLink, sanctionsTable, sharedFields } from './reports-page.js';

const path = '/admin/people';

/** People by their role. */
type Holders = Record<view.Role, view.User[]>;

/**
 * What was laid upon a person, and who has which role; `sanctions` undefined: nobody was asked for, null: there is no
 * such person.
 */
export const peoplePage = ({
  id,
  sanctions,
  holders,
  problem,
}: {
  id: string | undefined;
  sanctions: view.Sanction[] | null | undefined;
  holders: Holders;
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
          ${roleForm(id ?? '', holders)}`
      }
      ${roleNames.map((role) => holdersOf(role, holders[role]))}`,
  });

/** What a role is for, as the page says it. */
const roles = {
  moderator: ['Moderators', 'Looks at reports and contests in the app.'],
  operator: [
    'Operators',
    'Does what moderators do, and looks at deliveries, dead letters, webhooks and the audit trail in the app.',
  ],
} as const;
const roleNames = ['moderator', 'operator'] as const;

const roleForm = (id: string, holders: Holders): Markup => {
  const has = roleNames.find((role) => holders[role].some((one) => one.id === id)) ?? 'none';
  return html`<form method="post" action="${path}/role">
    <input type="hidden" name="id" value="${id}" />
    <label
      >Role
      <select name="role">
        ${(['none', ...roleNames] as const).map((role) =>
          role === has ? html`<option selected>${role}</option>` : html`<option>${role}</option>`,
        )}
      </select></label
    >
    <button>Set the role</button>
  </form>`;
};

const holdersOf = (role: view.Role, people: view.User[]): Markup =>
  html`<h2>${roles[role][0]}</h2>
    <p>${roles[role][1]} Needs no password of this area.</p>
    ${
      people.length === 0
        ? html`<p>Nobody.</p>`
        : html`<ul>
            ${people.map((one) => html`<li>${personLink(one.id, one.nickname)}</li>`)}
          </ul>`
    }`;
