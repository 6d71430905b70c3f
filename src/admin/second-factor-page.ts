import { framed } from '../docs-site/layout.js';
import { html } from '../docs-site/markup.js';

export const secondFactorPath = '/admin/second-factor';

/** Asks for the code; `problem`: why the last one was not taken. */
export const secondFactorPage = (problem?: string): string =>
  framed({
    title: 'Second factor – Haggle admin',
    here: secondFactorPath,
    links: [['/docs', 'Documents']],
    label: 'Admin area',
    body: html`<main class="columns single">
      <h1>Second factor</h1>
      <p>Your password was right. Now the code that your authenticator app shows for Haggle.</p>
      ${problem !== undefined && html`<p class="notice bad" role="alert">${problem}</p>`}
      <form method="post" action="${secondFactorPath}">
        <label
          >Code
          <input
            name="code"
            inputmode="numeric"
            autocomplete="one-time-code"
            pattern="[0-9]{6}"
            maxlength="6"
            required
            autofocus
        /></label>
        <button>Enter</button>
      </form>
    </main>`,
  });
