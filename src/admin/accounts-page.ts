import { view } from '../contract/index.js';
import { html, type Markup } from '../docs-site/markup.js';
import { problemNotice, tableOf, time, type AdminPage } from './layout.js';
import { personLink } from './reports-page.js';

const path = '/admin/accounts';

/** Who has which role, and a second factor; `own`: the id of who looks. */
export const accountsPage = (
  holders: view.RoleHolder[],
  { own, problem }: { own: string; problem: string | undefined },
): AdminPage => ({
  title: 'Accounts',
  here: path,
  body: html`<h1>Accounts with a role</h1>
    <p>
      A moderator looks at reports and contests. An operator does that, too, and looks at
      deliveries, dead letters, webhooks, queues and the audit trail. An admin does everything here.
      A role counts, and ends, with the next click.
    </p>
    ${problemNotice(problem)}
    ${tableOf(
      holders,
      ['Who', 'Role', 'Second factor', ''],
      ({ user, role, secondFactorSince: since }) =>
        html`<tr>
          <td>${personLink(user.id, user.nickname)}</td>
          <td>${user.id === own ? role : roleForm(user.id, role)}</td>
          <td>${since === null ? 'none' : html`since ${time(since)}`}</td>
          <td>${since !== null && user.id !== own && resetForm(user.id)}</td>
        </tr>`,
      'Nobody has one. As long as nobody is an admin, this area is open to everybody on this machine.',
    )}
    <h2>Give a role</h2>
    <form method="post" action="${path}/role">
      <label>E-mail address or id <input name="id" required /></label>
      <label>Role ${roleChoice('moderator')}</label>
      <button>Give it</button>
    </form>
    <p class="quiet">
      Reset a second factor only for somebody of whom you know that it is them who asks: afterwards
      the password alone is enough to set up a new one.
    </p>`,
});

const roleChoice = (chosen: view.Role): Markup =>
  html`<select name="role">
    ${[...view.Role.options, 'none'].map((role) =>
      role === chosen ? html`<option selected>${role}</option>` : html`<option>${role}</option>`,
    )}
  </select>`;

const roleForm = (id: string, role: view.Role): Markup =>
  html`<form method="post" action="${path}/role">
    <input type="hidden" name="id" value="${id}" />
    ${roleChoice(role)} <button>Change</button>
  </form>`;

const resetForm = (id: string): Markup =>
  html`<form method="post" action="${path}/second-factor">
    <input type="hidden" name="id" value="${id}" />
    <button>Reset</button>
  </form>`;
