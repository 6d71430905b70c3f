import type { view } from '../contract/index.js';
import { html, type Markup } from '../docs-site/markup.js';
import { wideTable } from '../docs-site/layout.js';
import { time, tries, type AdminPage } from './layout.js';

interface Asked {
  messageId?: string | undefined;
  conversationId?: string | undefined;
  seq?: string | undefined;
}

/** Finds a message by its id, or by its conversation and number. */
export const lookUpForm = (asked: Asked): Markup =>
  html`<form action="/admin/deliveries">
      <label
        >Message id <input name="messageId" size="38" value="${asked.messageId ?? ''}" required
      /></label>
      <button>Look up</button>
    </form>
    <form action="/admin/deliveries">
      <label
        >Conversation
        <input name="conversationId" size="38" value="${asked.conversationId ?? ''}" required
      /></label>
      <label
        >seq <input name="seq" size="6" inputmode="numeric" value="${asked.seq ?? ''}" required
      /></label>
      <button>Look up</button>
    </form>`;

/** `trace` undefined: nothing was asked; null: there is no such message. */
export const tracePage = (
  asked: Asked,
  trace: view.DeliveryTrace | null | undefined,
): AdminPage => ({
  title: 'Delivery of a message',
  here: '/admin/deliveries',
  body: html`<h1>What became of a message</h1>
    ${lookUpForm(asked)}
    ${trace === null && html`<p class="notice bad">There is no such message.</p>`}
    ${trace && story(trace)}`,
});

const story = ({ message, recipients }: view.DeliveryTrace): Markup =>
  html`<h2>Stored</h2>
    <dl>
      <dt>Conversation</dt>
      <dd><code>${message.conversationId}</code> #${message.seq}</dd>
      <dt>Message</dt>
      <dd><code>${message.id}</code>, ${message.kind}</dd>
      <dt>By</dt>
      <dd>${message.senderId ?? 'the system'}</dd>
      <dt>At</dt>
      <dd>${time(message.storedAt)}</dd>
    </dl>
    ${recipients.map((one) => recipient(one, message.seq))}`;

const recipient = (one: view.TracedRecipient, seq: number): Markup =>
  html`<article>
    <h3 class="id">To ${one.userId}</h3>
    <p class="story">${one.explanation}</p>
    <dl>
      <dt>Now</dt>
      <dd>
        ${one.deliveredSeq >= seq ? 'delivered' : 'not delivered'} (up to #${one.deliveredSeq}),
        ${one.readSeq >= seq ? 'read' : 'unread'} (up to #${one.readSeq})
      </dd>
      ${one.decision && decision(one.decision)}
      ${
        one.job &&
        html`<dt>In its queue</dt>
          <dd>
            ${one.job.queue}: ${one.job.state},
            ${tries(one.job.tries)}${one.job.runsAt ? html`, not before ${time(one.job.runsAt)}` : ''}
          </dd>`
      }
      ${
        one.deadLetter &&
        html`<dt>Given up</dt>
          <dd>${time(one.deadLetter.at)}: ${one.deadLetter.reason}</dd>`
      }
    </dl>
    ${one.devices.length > 0 && devices(one.devices)}
  </article>`;

const decision = (one: NonNullable<view.TracedRecipient['decision']>): Markup =>
  html`<dt>Seen by the relay</dt>
    <dd>
      ${
        one.seen.connected === null
          ? 'presence not known'
          : one.seen.connected
            ? 'connected'
            : 'not connected'
      },
      delivered up to #${one.seen.deliveredSeq}, read up to
      #${one.seen.readSeq}${one.seen.hinted ? ', hinted' : ''}
    </dd>
    <dt>Decided</dt>
    <dd>
      ${time(one.at)}: ${one.do} (${one.reason}), as
      ${one.category}${one.until ? html`, held until ${time(one.until)}` : ''}
    </dd>
    ${
      one.outcome &&
      html`<dt>Outcome</dt>
        <dd>${time(one.outcome.at)}: ${one.outcome.is}</dd>`
    }`;

const devices = (all: view.TracedRecipient['devices']): Markup =>
  wideTable(
    ['Device', 'Provider', 'State', 'Tries'],
    all.map(
      (one) =>
        html`<tr>
          <td class="id">${one.deviceId ?? 'not registered any more'}</td>
          <td>${one.provider}</td>
          <td>${one.state}</td>
          <td>
            ${one.attempts.map(
              (try_) =>
                html`<div>
                  ${time(try_.at)} ${try_.answer} after ${Math.round(try_.ms)}
                  ms${try_.detail ? `: ${try_.detail}` : ''}
                </div>`,
            )}
          </td>
        </tr>`,
    ),
  );
