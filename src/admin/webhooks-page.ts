import { view } from '../contract/index.js';
import type { WebhookPage } from '../webhooks/index.js';
import { html, type Markup } from '../docs-site/markup.js';
import { older, tableOf, time, traceLink, tries, type AdminPage } from './layout.js';

const path = '/admin/webhooks';

interface Asked {
  state?: string | undefined;
  type?: string | undefined;
}

export const webhooksPage = (
  list: WebhookPage,
  asked: Asked,
  done: string | undefined,
): AdminPage => ({
  title: 'Webhooks',
  here: path,
  body: html`<h1>Webhooks</h1>
    <p>What the team's own server was told, is to be told and could not be told.</p>
    ${list.disabledAt !== null && disabled(list.disabledAt)}
    ${done !== undefined && html`<p class="notice" role="status">${done}</p>`} ${filter(asked)}
    ${table(list.items)} ${older(path, { ...asked, cursor: list.nextCursor })}`,
});

const disabled = (since: string): Markup =>
  html`<div class="notice bad">
    The endpoint answered 410 at ${time(since)}: nothing is sent any more, events wait.
    <form method="post" action="${path}/enable"><button>Send again</button></form>
  </div>`;

const choices = (values: readonly string[], chosen: string | undefined): Markup =>
  html`<option value="">all</option>
    ${values.map((value) =>
      value === chosen ? html`<option selected>${value}</option>` : html`<option>${value}</option>`,
    )}`;

const filter = (asked: Asked): Markup =>
  html`<form action="${path}">
    <label
      >State
      <select name="state">
        ${choices(view.webhookStates, asked.state)}
      </select></label
    >
    <label
      >Type
      <select name="type">
        ${choices(view.webhookTypes, asked.type)}
      </select></label
    >
    <button>Show</button>
  </form>`;

const table = (items: view.WebhookEvent[]): Markup =>
  tableOf(
    items,
    ['Happened', 'Event', 'State', 'Last answer', ''],
    (one) =>
      html`<tr>
        <td>${time(one.timestamp)}</td>
        <td class="id">
          ${one.type}<br /><span class="quiet"
            >${
              one.conversationId === undefined || one.seq === undefined
                ? one.id
                : traceLink(one.conversationId, one.seq)
            }</span
          >
        </td>
        <td>${one.state}<br /><span class="quiet">${tries(one.tries)}</span></td>
        <td>
          ${
            one.lastAnswer
              ? html`${one.lastAnswer.status ?? ''} ${one.lastAnswer.detail}<br /><span
                    class="quiet"
                    >${time(one.lastAnswer.at)}</span
                  >`
              : ''
          }
        </td>
        <td>
          <form method="post" action="${path}/replay">
            <input type="hidden" name="id" value="${one.id}" />
            <button>${one.state === 'pending' ? 'Try now' : 'Send again'}</button>
          </form>
        </td>
      </tr>`,
  );
