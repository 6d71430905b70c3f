import { Markup, html } from './markup.js';

/** The frame of all pages, with the way from one to the other. */
export function page(content: {
  title: string;
  here: '/docs' | '/docs/events' | '/docs/states' | '/docs/errors';
  styles: string[];
  scripts?: string[];
  body: Markup;
}): string {
  const link = (href: string, text: string): Markup =>
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
        ${content.styles.map((href) => html`<link rel="stylesheet" href="${href}" />`)}
        ${content.scripts?.map((src) => html`<script src="${src}" defer></script>`)}
      </head>
      <body>
        <header class="bar">
          <strong>Haggle</strong>
          <nav aria-label="Documents">
            ${link('/docs', 'REST API')} ${link('/docs/events', 'Socket events')}
            ${link('/docs/states', 'States')} ${link('/docs/errors', 'Errors')}
            ${link('/openapi.json', 'OpenAPI')} ${link('/asyncapi.json', 'AsyncAPI')}
          </nav>
        </header>
        ${content.body}
      </body>
    </html>`;
  return whole.text;
}
