import { Markup, html } from './markup.js';

const documents: readonly Link[] = [
  ['/docs', 'REST API'],
  ['/docs/events', 'Socket events'],
  ['/docs/states', 'States'],
  ['/docs/errors', 'Errors'],
  ['/openapi.json', 'OpenAPI'],
  ['/asyncapi.json', 'AsyncAPI'],
  ['/webhooks.json', 'Webhooks'],
];

/** A page of the documents. */
export const page = (content: Omit<Content, 'links' | 'label'>): string =>
  framed({ ...content, links: documents, label: 'Documents' });

type Link = readonly [href: string, text: string];

interface Content {
  title: string;
  /** The address of the page itself, which is no link. */
  here: string;
  links: readonly Link[];
  /** Names the links for screen readers. */
  label: string;
  /** Beside the stylesheet of all pages, and before it. */
  styles?: string[];
  scripts?: string[];
  body: Markup;
}

/** The frame of all pages, with links between them. */
export function framed(content: Content): string {
  const link = ([href, text]: Link): Markup =>
    html`<a href="${href}" ${href === content.here && new Markup('aria-current="page"')}
      >${text}</a
    >`;
  const whole = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${content.title}</title>
        <link rel="icon" href="/docs/swagger-ui/favicon-32x32.png" />
        ${[...(content.styles ?? []), '/docs/pages.css'].map((href) => html`<link rel="stylesheet" href="${href}" />`)}
        ${content.scripts?.map((src) => html`<script src="${src}" defer></script>`)}
      </head>
      <body>
        <header class="bar">
          <strong>Haggle</strong>
          <nav aria-label="${content.label}">${content.links.map(link)}</nav>
        </header>
        ${content.body}
      </body>
    </html>`;
  return whole.text;
}

/** A table that scrolls, since it may be wider than a phone. */
export const wideTable = (heads: readonly string[], rows: readonly Markup[]): Markup =>
  html`<div class="wide" tabindex="0">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th>${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
