import { useState } from 'preact/hooks';
import type {
  WebhookEvent,
  WebhookFilter,
  WebhookState,
  WebhookType,
} from '../../../client/operator.js';
import { usePages } from '../app/use-pages.js';
import { ChipSelect } from '../parts/chip-select.js';
import { Empty } from '../parts/empty.js';
import { Listed } from '../parts/listed.js';
import { ExactTime } from './exact-time.js';
import { MessageLink } from './message-link.js';
import { useActs } from './use-acts.js';
import { useOperator } from './use-operator.js';
import { useWords } from './use-words.js';

const states: readonly WebhookState[] = ['pending', 'delivered', 'dead'];
const types: readonly WebhookType[] = [
  'message.created',
  'message.updated',
  'message.unsent',
  'offer.updated',
  'deal.updated',
  'listing.updated',
  'user.reported',
];

/** What the team's own server was told, is to be told and could not be told. */
export function Webhooks() {
  const say = useWords();
  const acts = useActs();
  const [filter, setFilter] = useState<WebhookFilter>({});
  return (
    <>
      <p class="operator-hint" ref={acts.start} tabIndex={-1}>
        {say('hook.hint')}
      </p>
      <div class="chips" role="group" aria-label={say('hook.filter')}>
        <ChipSelect
          title={say('hook.state')}
          any={say('hook.anyState')}
          all={states.map((id) => ({ id, name: say(`hook.state.${id}`) }))}
          chosen={filter.state}
          onChoose={(state) => setFilter({ ...filter, state })}
        />
        <ChipSelect
          title={say('hook.type')}
          any={say('hook.anyType')}
          all={types.map((id) => ({ id, name: id }))}
          chosen={filter.type}
          onChoose={(type) => setFilter({ ...filter, type })}
        />
      </div>
      <Events key={`${JSON.stringify(filter)} ${acts.acts}`} filter={filter} {...acts} />
    </>
  );
}

function Events({
  filter,
  act,
  busy,
}: { filter: WebhookFilter } & Pick<ReturnType<typeof useActs>, 'act' | 'busy'>) {
  const say = useWords();
  const operator = useOperator();
  const found = usePages(`webhooks ${JSON.stringify(filter)}`, (page) =>
    operator.listWebhooks({ ...filter, ...page }),
  );
  const disabledAt = found.page?.disabledAt ?? null;
  return (
    <>
      {disabledAt !== null && (
        <div class="notice">
          <p>
            {say('hook.disabled')} (<ExactTime at={disabledAt} />)
          </p>
          <button
            type="button"
            class="button"
            disabled={busy}
            onClick={() =>
              void act(async () => {
                await operator.enableWebhooks();
                return say('hook.enabled');
              })
            }
          >
            {say('hook.enable')}
          </button>
        </div>
      )}
      <Listed found={found} none={<Empty text={say('hook.none')} />} forbidden={say('forbidden')}>
        {(events) => (
          <ul class="operator-list">
            {events.map((event) => (
              <Event
                key={event.id}
                event={event}
                busy={busy}
                onReplay={() =>
                  void act(async () => {
                    const { replayed } = await operator.replayWebhooks({ ids: [event.id] });
                    return say(replayed > 0 ? 'hook.done' : 'hook.gone');
                  })
                }
              />
            ))}
          </ul>
        )}
      </Listed>
    </>
  );
}

function Event(props: { event: WebhookEvent; busy: boolean; onReplay: () => void }) {
  const { id, type, timestamp, conversationId, seq, state, tries, lastAnswer } = props.event;
  const say = useWords();
  const title = `event-${id}`;
  return (
    <li class="operator-row has-act">
      <div>
        <span id={title}>
          <strong>{type}</strong>{' '}
          <span class={`chip operator-${state}`}>{say(`hook.state.${state}`)}</span>
        </span>
        <span class="operator-facts">
          <ExactTime at={timestamp} /> · {say('tries', tries)}
        </span>
        <span class="operator-facts">
          {conversationId === undefined || seq === undefined ? (
            id
          ) : (
            <MessageLink conversationId={conversationId} seq={seq} />
          )}
        </span>
        {lastAnswer && (
          <span class="operator-facts">
            {say('hook.answer')}: {lastAnswer.status ?? ''} {lastAnswer.detail} ·{' '}
            <ExactTime at={lastAnswer.at} />
          </span>
        )}
      </div>
      <button
        type="button"
        class="button"
        aria-describedby={title}
        disabled={props.busy}
        onClick={props.onReplay}
      >
        {say(state === 'pending' ? 'hook.now' : 'hook.again')}
      </button>
    </li>
  );
}
