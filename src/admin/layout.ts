import type { Response } from 'express';
import { hasRightsOf, type view } from '../contract/index.js';
import { framed, wideTable } from '../docs-site/layout.js';
import { html, type Markup } from '../docs-site/markup.js';
import { enteredAs } from './entered.js';
import { secondFactorPath, signInPath, signOutPath } from './paths.js';

/** Each with the role that it is for. */
const links = [
  ['/admin', 'Overview', 'moderator'],
  ['/admin/status', 'Status', 'operator'],
  ['/admin/reports', 'Reports', 'moderator'],
  ['/admin/contests', 'Contests', 'moderator'],
  ['/admin/people', 'People', 'moderator'],
  ['/admin/watchwords', 'Watchwords', 'admin'],
  ['/admin/host-keys', 'Server keys', 'admin'],
  ['/admin/accounts', 'Accounts', 'admin'],
  ['/admin/audit', 'Audit trail', 'operator'],
  ['/admin/deliveries', 'Deliveries', 'operator'],
  ['/admin/dead-letters', 'Dead letters', 'operator'],
  ['/admin/webhooks', 'Webhooks', 'operator'],
  ['/admin/queues', 'Queues', 'operator'],
] as const satisfies readonly (readonly [string, string, view.Role])[];

/** A page of the admin area, before it has its frame. */
export interface AdminPage {
  title: string;
  here: (typeof links)[number][0] | typeof secondFactorPath;
  body: Markup;
}

/** Answers with a page: plain HTML that works without script, with links to what the role of the reader allows. */
export function sendPage(response: Response, { title, here, body }: AdminPage): void {
  const { actor, role } = enteredAs(response);
  response.send(
    framed({
      title: `${title} – Haggle admin`,
      here,
      links: [
        ...links
          .filter(([, , needed]) => hasRightsOf(role, needed))
          .map(([href, text]) => [href, text] as const),
        ...(actor ? ([[secondFactorPath, 'Second factor']] as const) : []),
        ['/docs', 'Documents'],
      ],
      label: 'Admin area',
      body: html`<main class="columns single">
        ${body}
        ${
          actor &&
          html`<form method="post" action="${signOutPath}">
            <button>Sign out</button>
          </form>`
        }
      </main>`,
    }),
  );
}

/** Why something was not done, at the top of the page it was asked for on; undefined: nothing was wrong. */
export const problemNotice = (problem: string | undefined): Markup | false =>
  problem !== undefined && html`<p class="notice bad" role="alert">${problem}</p>`;

/** Asks who it is; `problem`: why the last answer let nobody in. */
export const signInPage = (problem?: string): string =>
  framed({
    title: 'Sign in – Haggle admin',
    here: signInPath,
    links: [['/docs', 'Documents']],
    label: 'Admin area',
    body: html`<main class="columns single">
      <h1>Sign in</h1>
      <p>With your account in the app, to which somebody gave a role.</p>
      ${problemNotice(problem)}
      <form method="post" action="${signInPath}">
        <label
          >E-mail address
          <input
            name="email"
            type="email"
            autocomplete="username"
            maxlength="254"
            required
            autofocus
        /></label>
        <label
          >Password <input name="password" type="password" autocomplete="current-password" required
        /></label>
        <label
          >Code of your authenticator app, or a recovery code; empty if you have none yet
          <input name="code" autocomplete="one-time-code" maxlength="40"
        /></label>
        <button>Sign in</button>
      </form>
    </main>`,
  });

/** What was asked for as a table, or that there is nothing (`none`). */
export const tableOf = <T>(
  items: readonly T[],
  heads: readonly string[],
  row: (item: T) => Markup,
  none: string = 'There are none.',
): Markup => (items.length === 0 ? html`<p>${none}</p>` : wideTable(heads, items.map(row)));

/** A time to the second; the exact time shows on hover. */
export const time = (iso: string): Markup =>
  html`<time datetime="${iso}" title="${iso}">${iso.slice(0, 19).replace('T', ' ')}</time>`;

/** A link to what became of an entry of a log. */
export const traceLink = (conversationId: string, seq: number): Markup =>
  html`<a
    href="/admin/deliveries?conversationId=${encodeURIComponent(conversationId)}&amp;seq=${seq}"
    class="id"
    >${conversationId} #${seq}</a
  >`;

export const tries = (count: number): string => `${count} ${count === 1 ? 'try' : 'tries'}`;

/** A link to the next page, when there is one. */
export const older = (path: string, query: Record<string, string | null | undefined>): Markup => {
  const given = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return query['cursor']
    ? html`<p><a href="${path}?${new URLSearchParams(given).toString()}">Older ones</a></p>`
    : html``;
};
