import { wideTable } from '../docs-site/layout.js';
import { html } from '../docs-site/markup.js';
import {
  promises,
  type PromiseName,
  type StatusReport,
  type StatusReports,
} from '../platform/status-reports.js';
import type { AdminPage } from './layout.js';

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.01 ? 2 : 1)} %`;

/** How the promises stand, over all processes that live. */
export const statusPage = ({
  reports,
  alone,
}: Awaited<ReturnType<StatusReports['read']>>): AdminPage => ({
  title: 'Status',
  here: '/admin/status',
  body: html`<h1>Status</h1>
    <p>
      The last five minutes, over all processes. What to do when a promise is broken:
      docs/runbooks.md.
    </p>
    ${alone && onlyThis}
    <h2>Promises</h2>
    ${wideTable(
      ['promise', 'may break', 'broke', 'asked', 'stands'],
      (Object.keys(promises) as PromiseName[]).map((name) => promiseRow(name, reports)),
    )}
    <h2>Processes</h2>
    ${!alone && notice(reports)}
    ${wideTable(
      ['name', 'is', 'sockets', 'event loop', 'hears others', 'relay'],
      reports.map(
        (one) =>
          html`<tr>
            <td>${one.node}</td>
            <td>${one.process}</td>
            <td>${one.process === 'gateway' ? one.sockets : ''}</td>
            <td>${percent(one.busy)}</td>
            <td>${one.process === 'gateway' ? (one.deaf ? 'no: it reads the log' : 'yes') : ''}</td>
            <td>${one.relay ? `acts, oldest ${Math.round(one.relayOldestSeconds)} s` : ''}</td>
          </tr>`,
      ),
    )}
    ${
      !alone &&
      html`<h2>Push queues</h2>
        ${queues(reports)}`
    }`,
});

function promiseRow(name: PromiseName, reports: StatusReport[]) {
  const counts = reports.map((report) => report.promises[name]);
  const all = counts.reduce((total, one) => total + one.all, 0);
  const broken = all - counts.reduce((total, one) => total + one.good, 0);
  const { says, share } = promises[name];
  const stands = all === 0 ? 'nothing asked' : broken / all > share ? 'broken' : 'kept';
  return html`<tr>
    <td>${says}</td>
    <td>${percent(share)}</td>
    <td>${all === 0 ? '' : percent(broken / all)}</td>
    <td>${all}</td>
    <td>${stands === 'broken' ? html`<strong>broken</strong>` : stands}</td>
  </tr>`;
}

const onlyThis = html`<p class="notice bad">
  Redis does not answer, so this is what the gateway that made the page knows of itself. The others,
  the relay and the queues are not seen here: ask their <code>/metrics</code>.
</p>`;

/** One relay must act, and one alone. */
function notice(reports: StatusReport[]) {
  const acting = reports.filter(({ relay }) => relay).length;
  return (
    acting !== 1 &&
    html`<p class="notice bad">
      ${acting === 0 ? 'No relay acts' : `${acting} relays act`}: it must be one. After a start or a
      take-over this is right within half a minute.
    </p>`
  );
}

/** Every push worker reports the same queues. */
function queues(reports: StatusReport[]) {
  const latest = reports
    .filter((one) => Object.keys(one.queues).length > 0)
    .sort((one, other) => other.at - one.at)[0];
  if (!latest) return html`<p>No push worker reports.</p>`;
  return wideTable(
    ['queue', 'could be taken', 'oldest'],
    Object.entries(latest.queues).map(
      ([queue, { due, oldestSeconds }]) =>
        html`<tr>
          <td>${queue}</td>
          <td>${due}</td>
          <td>${due === 0 ? '' : `${Math.round(oldestSeconds)} s`}</td>
        </tr>`,
    ),
  );
}
