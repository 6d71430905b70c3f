import { useState } from 'preact/hooks';
import type { DeadLetter } from '../../../client/operator.js';
import { usePages } from '../app/use-pages.js';
import { Confirm } from '../parts/confirm.js';
import { Empty } from '../parts/empty.js';
import { Listed } from '../parts/listed.js';
import { ExactTime } from './exact-time.js';
import { MessageLink } from './message-link.js';
import { useActs } from './use-acts.js';
import { useOperator } from './use-operator.js';
import { useWords } from './use-words.js';

type Acts = ReturnType<typeof useActs>;

/** Pushes that were given up, and the way to put them back: one, all of a reason, or all. */
export function DeadLetters() {
  const say = useWords();
  const acts = useActs();
  return (
    <>
      <p class="operator-hint" ref={acts.start} tabIndex={-1}>
        {say('dead.hint')}
      </p>
      <Letters key={acts.acts} {...acts} />
    </>
  );
}

function Letters({ act, busy }: Acts) {
  const say = useWords();
  const operator = useOperator();
  const [asksAll, setAsksAll] = useState(false);
  const found = usePages('dead letters', (page) => operator.listDeadLetters(page));
  const total = found.page?.total ?? 0;
  const putBack = (which: { reason?: string }) =>
    act(async () => say('dead.done', (await operator.redriveDeadLetters(which)).redriven));
  const reasons = [...new Set(found.items?.map(({ reason }) => reason))];
  return (
    <>
      {total > 0 && (
        <section class="operator-card">
          <h2 class="operator-title">{say('dead.total', total)}</h2>
          <ul class="operator-list">
            {reasons.map((reason) => (
              <li key={reason} class="operator-reason">
                <span>{reason}</span>
                <button
                  type="button"
                  class="button"
                  disabled={busy}
                  onClick={() => void putBack({ reason })}
                >
                  {say('dead.allOfReason')}
                </button>
              </li>
            ))}
          </ul>
          <button type="button" class="button" disabled={busy} onClick={() => setAsksAll(true)}>
            {say('dead.all')}
          </button>
        </section>
      )}
      <Listed found={found} none={<Empty text={say('dead.none')} />} forbidden={say('forbidden')}>
        {(letters) => (
          <ul class="operator-list">
            {letters.map((letter) => (
              <Letter
                key={letter.id}
                letter={letter}
                busy={busy}
                onPutBack={() =>
                  void act(async () => {
                    await operator.redriveDeadLetter(letter.id);
                    return say('dead.done', 1);
                  })
                }
              />
            ))}
          </ul>
        )}
      </Listed>
      {asksAll && (
        <Confirm
          title={say('dead.all')}
          hint={say('dead.allHint', total)}
          yes={say('dead.again')}
          onYes={() => putBack({})}
          onClose={() => setAsksAll(false)}
        />
      )}
    </>
  );
}

function Letter(props: { letter: DeadLetter; busy: boolean; onPutBack: () => void }) {
  const { id, at, queue, kind, recipientId, conversationId, seq, reason, tries } = props.letter;
  const say = useWords();
  const title = `letter-${id}`;
  return (
    <li class="operator-row has-act">
      <div>
        <strong id={title}>{reason}</strong>
        <span class="operator-facts">
          <ExactTime at={at} /> · {say('tries', tries)} · {queue}
        </span>
        <span class="operator-facts">
          {conversationId !== undefined && seq !== undefined ? (
            <MessageLink conversationId={conversationId} seq={seq} />
          ) : (
            say(`dead.kind.${kind}`)
          )}
        </span>
        <span class="operator-facts">{say('dead.to', recipientId)}</span>
      </div>
      <button
        type="button"
        class="button"
        aria-describedby={title}
        disabled={props.busy}
        onClick={props.onPutBack}
      >
        {say('dead.again')}
      </button>
    </li>
  );
}
