import type { Router } from 'express';
import type { DevMailbox } from '../platform/mail.js';
import { mustBeAskedHere } from '../http/request-target.js';
import { framed } from '../docs-site/layout.js';
import { Markup, html } from '../docs-site/markup.js';
import { exactRouter } from '../http/router.js';

/** The dev mailbox: mails that would have been sent, newest first. Loopback only. */
export function mailboxRoutes(mailbox: DevMailbox): Router {
  const router = exactRouter();
  router.get('/dev/mailbox', mustBeAskedHere, async (_request, response) => {
    const mails = await mailbox.newest();
    const page = framed({
      title: 'Dev mailbox',
      here: '/dev/mailbox',
      links: [
        ['/dev/mailbox', 'Dev mailbox'],
        ['/docs', 'Documents'],
      ],
      label: 'Development',
      body: html`<main class="columns single">
        <h1>Dev mailbox</h1>
        <p>
          No mail server is set (SMTP_URL), so mails end here. The ${mails.length} newest, kept for
          a week.
        </p>
        ${mails.map(
          (mail) =>
            html`<article>
              <h2>${mail.subject}</h2>
              <p>to ${mail.to} <time class="quiet">${mail.sentAt.toISOString()}</time></p>
              <p class="words">${new Markup(linked(mail.text))}</p>
            </article>`,
        )}
      </main>`,
    });
    response.type('html').send(page);
  });
  return router;
}

/** Escaped text with its addresses as links. */
const linked = (text: string): string =>
  html`${text}`.text.replace(
    /https?:&#47;&#47;\S+|https?:\/\/\S+/g,
    (url) => `<a href="${url}">${url}</a>`,
  );
