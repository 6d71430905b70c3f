import { renderSVG } from 'uqr';
import type { view } from '../contract/index.js';
import { Markup, html } from '../docs-site/markup.js';
import { problemNotice, time, type AdminPage } from './layout.js';
import { secondFactorPath } from './paths.js';

/** Modules of white around a QR code, without which it is not found on a dark page (ISO/IEC 18004). */
const quietZone = 4;

const page = (body: Markup, problem?: string): AdminPage => ({
  title: 'Second factor',
  here: secondFactorPath,
  body: html`<h1>Second factor</h1>
    ${problemNotice(problem)} ${body}`,
});

/** How it stands: what there is to do; `problem`: why the last try was not taken. */
export const secondFactorPage = (
  { since, needed, recoveryCodes }: view.SecondFactor,
  problem?: string,
): AdminPage =>
  page(
    since === null
      ? html`<p>
            ${needed ? 'Your role needs a second factor: you' : 'With a second factor you'} sign in
            with your password and a code of an authenticator app. Enter your password for a QR code
            that the app can scan.
          </p>
          ${setUpForm('Set it up')}`
      : needed
        ? html`<p>Show a code of your authenticator app, or a recovery code.</p>
            ${codeForm('show', 'Enter')}`
        : html`<p>Set up ${time(since)}. ${recoveryCodes} recovery codes are left.</p>
            <h2>Another one</h2>
            <p>
              For a new phone. The one that you have counts until the first code of the new one.
            </p>
            ${setUpForm('Set up another one')}`,
    problem,
  );

/** The secret, once, and where the first code goes. */
export const newSecretPage = ({ secret, address }: view.SecondFactorSecret): AdminPage =>
  page(
    html`<p>Scan this with your authenticator app, then type the code that it shows.</p>
      <p class="qr">${new Markup(renderSVG(address, { border: quietZone }))}</p>
      <p>Or type this into the app: <code>${secret}</code></p>
      ${codeForm('confirm', 'Confirm')}`,
  );

/** After a first code that was wrong: the secret is not shown again. */
export const confirmPage = (problem: string): AdminPage =>
  page(
    html`<p>Type the code that your authenticator app shows now.</p>
      ${codeForm('confirm', 'Confirm')}
      <h2>Another QR code</h2>
      <p>If the app does not have the last one: it is not shown again.</p>
      ${setUpForm('Begin anew')}`,
    problem,
  );

export const recoveryCodesPage = ({ recoveryCodes }: view.RecoveryCodes): AdminPage =>
  page(
    html`<div class="notice" role="status">
        The second factor counts from now on. Keep these recovery codes where your phone is not:
        each is good once in place of a code, and they are shown this once.
        <pre><code>${recoveryCodes.join('\n')}</code></pre>
      </div>
      <p><a href="/admin">Go on</a></p>`,
  );

const setUpForm = (button: string): Markup =>
  html`<form method="post" action="${secondFactorPath}/set-up">
    <label
      >Your password
      <input name="password" type="password" autocomplete="current-password" required
    /></label>
    <button>${button}</button>
  </form>`;

const codeForm = (what: 'show' | 'confirm', button: string): Markup =>
  html`<form method="post" action="${secondFactorPath}/${what}">
    <label
      >Code <input name="code" autocomplete="one-time-code" maxlength="40" required autofocus
    /></label>
    <button>${button}</button>
  </form>`;
