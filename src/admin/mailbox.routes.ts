import type { Router } from 'express';
import type { DevMailbox } from '../platform/mail.js';
import { mustBeAskedHere } from '../http/request-target.js';
import { Markup, html } from '../docs-site/markup.js';
import { exactRouter } from '../http/router.js';

/** The dev mailbox: what would have been mailed, newest first. Loopback only. */
export function mailboxRoutes(mailbox: DevMailbox): Router {
  const router = exactRouter();
  router.get('/dev/mailbox', mustBeAskedHere, async (_request, response) => {
    const mails = await mailbox.newest();
    const page = html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>Dev mailbox</title>
          <style>
            body {
              font:
                16px/1.5 system-ui,
                sans-serif;
              max-width: 46rem;
              margin: 2rem auto;
              padding: 0 1rem;
              color-scheme: light dark;
            }
            article {
              border-top: 1px solid #8885;
              padding: 1rem 0;
              overflow-wrap: anywhere;
            }
            pre {
              white-space: pre-wrap;
              font: inherit;
            }
            time {
              color: #888;
            }
          </style>
        </head>
        <body>
          <h1>Dev mailbox</h1>
          <p>
            No mail server is set (SMTP_URL), so mails end here. The ${mails.length} newest, kept
            for a week.
          </p>
          ${mails.map(
            (mail) =>
              html`<article>
                <strong>${mail.subject}</strong><br />to ${mail.to}
                <time>${mail.sentAt.toISOString()}</time>
                <pre>${new Markup(linked(mail.text))}</pre>
              </article>`,
          )}
        </body>
      </html>`;
    response.type('html').send(page.text);
  });
  return router;
}

/** Escaped text in which addresses can be followed. */
const linked = (text: string): string =>
  html`${text}`.text.replace(
    /https?:&#47;&#47;\S+|https?:\/\/\S+/g,
    (url) => `<a href="${url}">${url}</a>`,
  );
