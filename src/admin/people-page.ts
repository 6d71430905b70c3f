import type { view } from '../contract/index.js';
import { html } from '../docs-site/markup.js';
import { problemNotice, type AdminPage } from './layout.js';
import { sanctionsTable, sharedFields } from './reports-page.js';

const path = '/admin/people';

/** What was laid upon a person; `sanctions` undefined: nobody was asked for, null: there is no such person. */
export const peoplePage = ({
  id,
  sanctions,
  problem,
}: {
  id: string | undefined;
  sanctions: view.Sanction[] | null | undefined;
  problem: string | undefined;
}): AdminPage => ({
  title: 'People',
  here: path,
  body: html`<h1>People</h1>
    ${problemNotice(problem)}
    <form action="${path}">
      <label>Id or e-mail address <input name="id" value="${id ?? ''}" required /></label>
      <button>Show</button>
    </form>
    ${sanctions === null && html`<p class="notice bad">There is no such person.</p>`}
    ${
      sanctions &&
      html`<h2>What was laid upon this person</h2>
        ${sanctionsTable(sanctions)}
        <h2>Warn, suspend, ban</h2>
        <form method="post" action="${path}/sanction">
          <input type="hidden" name="id" value="${id ?? ''}" />
          <label
            >What
            <select name="kind">
              <option>warning</option>
              <option>suspension</option>
              <option>ban</option>
              <option value="none">lift what is in force</option>
            </select></label
          >
          ${sharedFields()}
          <button>Do it</button>
        </form>`
    }`,
});
