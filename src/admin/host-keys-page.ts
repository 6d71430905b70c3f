import { accountLimits, view } from '../contract/index.js';
import { html, type Markup } from '../docs-site/markup.js';
import { problemNotice, tableOf, time, type AdminPage } from './layout.js';

const path = '/admin/host-keys';

/** Server keys of the host app. `made`: one that was made just now, whose secret is shown this once. */
export const hostKeysPage = (
  items: view.HostKey[],
  { made, problem }: { made?: view.NewHostKey | undefined; problem?: string | undefined } = {},
): AdminPage => ({
  title: 'Server keys',
  here: path,
  body: html`<h1>Server keys</h1>
    <p>
      With a server key the server of an app with accounts of its own keeps people and listings
      here, and signs people in. It belongs on a server, never on a device.
    </p>
    ${problemNotice(problem)}
    ${
      made &&
      html`<div class="notice" role="status">
        The key of ${made.name}. Copy it now: only its hash is kept, so nobody can show it again.
        <pre><code>${made.key}</code></pre>
      </div>`
    }
    <form method="post" action="${path}/create">
      <label>Name <input name="name" maxlength="60" required /></label>
      ${view.hostScopes.map(
        (scope) =>
          html`<label
            ><input type="checkbox" name="${scopeField(scope)}" value="on" /> ${scope}
            <span class="quiet">${meanings[scope]}</span></label
          >`,
      )}
      <button>Make a key</button>
    </form>
    ${table(items)}`,
});

const meanings: Record<view.HostScope, string> = {
  users: 'keeps people',
  listings: 'keeps listings and their photos',
  tokens: 'signs people in',
};

/** The name of the box of a scope; a form has no lists. */
const scopeField = (scope: view.HostScope): string => `scope-${scope}`;

/** The scopes whose boxes were ticked. */
export const scopesIn = (fields: Record<string, string>): view.HostScope[] =>
  view.hostScopes.filter((scope) => fields[scopeField(scope)] !== undefined);

const table = (items: view.HostKey[]): Markup =>
  html`${tableOf(
    items,
    ['Name', 'Begins with', 'For', 'Made', 'Rotated', 'Last used', ''],
    (one) =>
      html`<tr>
        <td>${one.name}</td>
        <td class="id">${one.prefix ?? ''}…</td>
        <td>${one.scopes.join(', ')}</td>
        <td>${time(one.createdAt)}</td>
        <td>${one.rotatedAt === null ? '' : time(one.rotatedAt)}</td>
        <td>${one.lastUsedAt ? time(one.lastUsedAt) : 'never'}</td>
        <td>
          <form method="post" action="${path}/rotate">
            <input type="hidden" name="id" value="${one.id}" />
            <button>New secret</button>
          </form>
          <form method="post" action="${path}/end">
            <input type="hidden" name="id" value="${one.id}" />
            <button>End it</button>
          </form>
        </td>
      </tr>`,
  )}
  ${
    items.length > 0 &&
    html`<p class="quiet">
      After a new secret, those before work for ${accountLimits.hostKeyGraceHours} more hours each.
      A key that is ended works no more at once. The last use is known to the minute.
    </p>`
  }`;
