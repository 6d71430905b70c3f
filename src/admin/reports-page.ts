import { tradeLimits, view } from '../contract/index.js';
import { html, type Markup } from '../docs-site/markup.js';
import { older, problemNotice, tableOf, time, type AdminPage } from './layout.js';

const path = '/admin/reports';

export type ReportState = 'open' | 'decided';

/** The queue of reports. */
export const reportsPage = (
  list: { items: view.ReportInQueue[]; nextCursor: string | null },
  state: ReportState,
): AdminPage => ({
  title: 'Reports',
  here: path,
  body: html`<h1>Reports</h1>
    <p>
      ${
        state === 'open'
          ? html`Those that wait, the oldest first.
              <a href="${path}?state=decided">The decided ones</a>`
          : html`The decided, newest first. <a href="${path}">Those that wait</a>`
      }
    </p>
    ${table(list.items)} ${older(path, { state, cursor: list.nextCursor })}`,
});

const table = (items: view.ReportInQueue[]): Markup =>
  tableOf(
    items,
    ['Reported', 'What', 'Reason', 'Reports', 'At it', 'Decided'],
    ({ report, alike, claim, decision }) =>
      html`<tr>
        <td><a href="${path}/${report.id}">${time(report.createdAt)}</a></td>
        <td class="id">${report.targetType}<br /><span class="quiet">${report.targetId}</span></td>
        <td>${report.reason}<br /><span class="quiet">${report.note ?? ''}</span></td>
        <td>${alike}</td>
        <td>${claim?.byName ?? claim?.by ?? ''}</td>
        <td>${decision ? html`${decision.verdict} by ${decision.byName ?? decision.by}` : ''}</td>
      </tr>`,
  );

/** One report: what it is about, and what can be decided. */
export const reportPage = (
  subject: view.ReportedSubject,
  operator: string,
  problem: string | undefined,
): AdminPage => {
  const { inQueue } = subject;
  const { report, claim, decision, alike } = inQueue;
  return {
    title: 'Report',
    here: path,
    body: html`<h1>Report of a ${report.targetType}</h1>
      ${problemNotice(problem)}
      <dl>
        <dt>Reason</dt>
        <dd>${report.reason} ${report.note ?? ''}</dd>
        <dt>When, by whom</dt>
        <dd>${time(report.createdAt)} <span class="id">${inQueue.reporterId}</span></dd>
        <dt>Reports of the same</dt>
        <dd>${alike}</dd>
        <dt>About</dt>
        <dd>${personLink(subject.user.id, subject.user.nickname)}</dd>
      </dl>
      <h2>What it is</h2>
      ${shown(subject)}
      <h2>${decision ? 'Decided' : 'Decide'}</h2>
      ${
        decision
          ? html`<p>
              ${decision.verdict} ${decision.days === undefined ? '' : `for ${decision.days} days`}
              ${decision.reason ?? ''}, by ${decision.byName ?? decision.by}, ${time(decision.at)}
              <br /><span class="quiet">${decision.note ?? ''}</span>
            </p>`
          : html`${claimForm(report.id, claim, operator)}
            ${(claim === null || claim.by === operator) && decisionForm(report)}`
      }
      <h2>What was laid upon this person</h2>
      ${sanctionsTable(subject.sanctions)}`,
  };
};

const shown = ({ listing, message, original, user }: view.ReportedSubject): Markup => {
  if (listing)
    return html`<article>
      <h3>${listing.title}</h3>
      <p>${listing.price} ${listing.currency} · ${listing.category} · ${listing.state}</p>
      <p class="words">${listing.description}</p>
      ${(listing.images ?? []).map(
        (image) => html`<a href="${image.urls.full}"><img src="${image.urls.thumb}" alt="" /></a>`,
      )}
    </article>`;
  if (message)
    return html`<article>
      <p class="words">${message.text ?? message.fallbackText}</p>
      ${original !== undefined && html`<p class="quiet">At first: ${original}</p>`}
      <p class="quiet">${time(message.createdAt)}, ${message.state}</p>
    </article>`;
  return html`<p>The person ${user.nickname}, here since ${time(user.createdAt)}.</p>`;
};

const claimForm = (id: string, claim: view.ReportInQueue['claim'], operator: string): Markup =>
  claim && claim.by !== operator
    ? html`<p class="notice">
        ${claim.byName ?? claim.by} looks at it until ${time(claim.until)}.
      </p>`
    : html`<form method="post" action="${path}/claim">
        <input type="hidden" name="id" value="${id}" />
        <button>${claim ? 'Keep it' : 'I look at it'}</button>
        <span class="quiet">
          ${claim ? html`yours until ${time(claim.until)}` : `for ${tradeLimits.claimMinutes} minutes`}
        </span>
      </form>`;

const decisionForm = ({ id, reason, targetType }: view.Report): Markup =>
  html`<form method="post" action="${path}/decision">
    <input type="hidden" name="id" value="${id}" />
    <label
      >Verdict
      <select name="verdict">
        ${view.Verdict.options
          .filter((one) => one !== 'blind' || targetType === 'listing')
          .map((one) => html`<option>${one}</option>`)}
      </select></label
    >
    ${sharedFields(reason)}
    <button>Decide</button>
  </form>`;

/** What a verdict and a sanction have in common. */
export const sharedFields = (reason?: view.ReportReason): Markup =>
  html`<label
      >Reason, told to the person
      <select name="reason">
        <option value=""></option>
        ${view.ReportReason.options.map((one) =>
          one === reason ? html`<option selected>${one}</option>` : html`<option>${one}</option>`,
        )}
      </select></label
    >
    <label
      >Days, of a suspension
      <input name="days" type="number" min="1" max="${tradeLimits.suspensionDays}"
    /></label>
    <label>Note, for operators only <input name="note" maxlength="200" /></label>`;

export const personLink = (id: string, name: string = id): Markup =>
  html`<a href="/admin/people?id=${encodeURIComponent(id)}">${name}</a>`;

export const sanctionsTable = (items: view.Sanction[]): Markup =>
  tableOf(
    items,
    ['When', 'What', 'Reason', 'Until', 'By'],
    (one) =>
      html`<tr>
        <td>${time(one.at)}</td>
        <td>
          ${one.kind}${one.liftedAt === undefined ? '' : html`, lifted ${time(one.liftedAt)}`}
        </td>
        <td>${one.reason}<br /><span class="quiet">${one.note ?? ''}</span></td>
        <td>${one.until === undefined ? '' : time(one.until)}</td>
        <td>${one.by}</td>
      </tr>`,
    'Nothing yet.',
  );
