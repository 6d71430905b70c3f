import { Fragment } from 'preact';
import type { AuditEntry } from '../../../client/operator.js';
import { usePages } from '../app/use-pages.js';
import { Empty } from '../parts/empty.js';
import { Listed } from '../parts/listed.js';
import { ExactTime } from './exact-time.js';
import { useOperator } from './use-operator.js';
import { useWords } from './use-words.js';

/** What operators and moderators did, and who failed to sign in as one: nothing in it is ever changed. */
export function AuditTrail() {
  const say = useWords();
  const operator = useOperator();
  const found = usePages('audit', (page) => operator.listAudit(page));
  return (
    <>
      <p class="operator-hint">{say('audit.hint')}</p>
      <Listed found={found} none={<Empty text={say('audit.none')} />} forbidden={say('forbidden')}>
        {(entries) => (
          <ul class="operator-list">
            {entries.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </ul>
        )}
      </Listed>
    </>
  );
}

function Entry({ entry: { at, by, byName, what, from, input } }: { entry: AuditEntry }) {
  const say = useWords();
  const key = `act.${what}`;
  // Anybody may take the name of another.
  const fields = byName === undefined ? input : [{ field: 'by', value: by ?? '' }, ...input];
  return (
    <li class="operator-row">
      <strong>{say.has(key) ? say(key as 'act.failedLogin') : what}</strong>
      <span class="operator-facts">
        {byName ?? by ?? say('audit.from', from ?? '')} · <ExactTime at={at} />
      </span>
      {fields.length > 0 && (
        <dl class="operator-fields">
          {fields.map(({ field, value }) => (
            <Fragment key={field}>
              <dt>{field}</dt>
              <dd>{value}</dd>
            </Fragment>
          ))}
        </dl>
      )}
    </li>
  );
}
