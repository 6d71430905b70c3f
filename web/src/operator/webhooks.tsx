import { useState } from 'preact/hooks';
import type {
  WebhookEvent,
  WebhookFilter,
  WebhookState,
  WebhookType,
} from '../../../client/operator.js';
import { usePages } from '../app/use-pages.js';
import { ExactTime } from './exact-time.js';
import { Listed } from './listed.js';
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
  const change = (some: Partial<Record<keyof WebhookFilter, string>>) =>
    setFilter(
      Object.fromEntries(
        Object.entries({ ...filter, ...some }).filter(([, value]) => value !== ''),
      ) as WebhookFilter,
    );
  return (
    <>
      <p class="operator-hint" ref={acts.start} tabIndex={-1}>
        {say('hook.hint')}
      </p>
      <div class="chips" role="group" aria-label={say('hook.filter')}>
        <select
          class="chip-button"
          aria-label={say('hook.state')}
          value={filter.state ?? ''}
          onChange={({ currentTarget }) => change({ state: currentTarget.value })}
        >
          <option value="">{say('hook.anyState')}</option>
          {states.map((one) => (
            <option key={one} value={one}>
              {say(`hook.state.${one}`)}
            </option>
          ))}
        </select>
        <select
          class="chip-button"
          aria-label={say('hook.type')}
          value={filter.type ?? ''}
          onChange={({ currentTarget }) => change({ type: currentTarget.value })}
        >
          <option value="">{say('hook.anyType')}</option>
          {types.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
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
  const [disabledAt, setDisabledAt] = useState<string | null>(null);
  const found = usePages('webhooks', async (page) => {
    const answer = await operator.listWebhooks({ ...filter, ...page });
    setDisabledAt(answer.disabledAt);
    return answer;
  });
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
      <Listed found={found} none={say('hook.none')}>
        {(event) => (
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
