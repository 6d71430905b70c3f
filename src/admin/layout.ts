import { framed } from '../docs-site/layout.js';
import { html, type Markup } from '../docs-site/markup.js';

const links = [
  ['/admin', 'Overview'],
  ['/admin/status', 'Status'],
  ['/admin/reports', 'Reports'],
  ['/admin/contests', 'Contests'],
  ['/admin/people', 'People'],
  ['/admin/watchwords', 'Watchwords'],
  ['/admin/host-keys', 'Server keys'],
  ['/admin/audit', 'Audit trail'],
  ['/admin/deliveries', 'Deliveries'],
  ['/admin/dead-letters', 'Dead letters'],
  ['/admin/webhooks', 'Webhooks'],
  ['/admin/queues', 'Queues'],
  ['/docs', 'Documents'],
] as const;

/** A page of the admin area: plain HTML that works without script. */
export const adminPage = (content: {
  title: string;
  here: (typeof links)[number][0];
  body: Markup;
}): string =>
  framed({
    title: `${content.title} – Haggle admin`,
    here: content.here,
    links,
    label: 'Admin area',
    body: html`<main class="columns single">${content.body}</main>`,
  });

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
