import { errorCodes } from '../contract/index.js';
import { page, wideTable } from './layout.js';
import { html } from './markup.js';

/** Says what the codes mean, each at its own anchor: the `type` of a problem may link to `/docs/errors#NOT_FOUND`. */
export const errorsPage = (): string =>
  page({
    title: 'Haggle error codes',
    here: '/docs/errors',
    body: html`<main class="columns single">
      <h1>Error codes</h1>
      <p>
        The same on both doors: <code>code</code> of a problem (REST, with the status beside it) and
        of a refused acknowledgement or handshake (socket).
      </p>
      ${wideTable(
        ['Code', 'Status', 'Meaning', 'Worth a retry'],
        Object.entries(errorCodes).map(
          ([code, { status, title, retryable }]) =>
            html`<tr id="${code}">
              <td><code>${code}</code></td>
              <td>${status}</td>
              <td>${title}</td>
              <td>${retryable ? 'yes' : 'no'}</td>
            </tr>`,
        ),
      )}
    </main>`,
  });
