import { useLocation, useSearch } from 'wouter';
import { HaggleError } from '../../../client/index.js';
import type { DeliveryTrace, OneMessage } from '../../../client/operator.js';
import { useLoad } from '../app/use-load.js';
import { Empty } from '../parts/empty.js';
import { Field } from '../parts/field.js';
import { Loaded } from '../parts/listed.js';
import { ExactTime } from './exact-time.js';
import { Recipient } from './recipient.js';
import { useOperator } from './use-operator.js';
import { useWords } from './use-words.js';

/** What became of one message, for each who was to hear of it. The address names the message. */
export function Deliveries() {
  const search = useSearch();
  const asked = new URLSearchParams(search);
  const messageId = asked.get('messageId') ?? '';
  const conversationId = asked.get('conversationId') ?? '';
  const seq = Number(asked.get('seq'));
  return (
    <>
      <LookUp key={search} asked={{ messageId, conversationId, seq: asked.get('seq') ?? '' }} />
      {messageId !== '' && <Trace key={search} which={{ messageId }} />}
      {messageId === '' && conversationId !== '' && (
        <Trace key={search} which={{ conversationId, seq }} />
      )}
    </>
  );
}

/** Asks for a message by its id, or by its conversation and number. */
function LookUp({ asked }: { asked: Record<'messageId' | 'conversationId' | 'seq', string> }) {
  const say = useWords();
  const [, navigate] = useLocation();
  const lookUp = (event: SubmitEvent) => {
    event.preventDefault();
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(event.currentTarget as HTMLFormElement))
      if (typeof value === 'string') query.set(name, value.trim());
    navigate(`/operator/deliveries?${query.toString()}`);
  };
  const input = (name: keyof typeof asked) => (
    <Field name={name} label={say(`trace.${name}`)}>
      <input
        id={name}
        name={name}
        defaultValue={asked[name]}
        required
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        {...(name === 'seq' ? { inputMode: 'numeric' as const, pattern: '[0-9]+' } : {})}
      />
    </Field>
  );
  const button = (
    <button type="submit" class="button">
      {say('trace.find')}
    </button>
  );
  return (
    <section class="operator-finders" aria-label={say('trace.finders')}>
      <p class="operator-hint">{say('trace.hint')}</p>
      <form class="operator-finder" onSubmit={lookUp}>
        {input('messageId')}
        {button}
      </form>
      <form class="operator-finder has-two" onSubmit={lookUp}>
        {input('conversationId')}
        {input('seq')}
        {button}
      </form>
    </section>
  );
}

function Trace({ which }: { which: OneMessage }) {
  const say = useWords();
  const operator = useOperator();
  const load = useLoad(`trace ${JSON.stringify(which)}`, () => operator.traceDelivery(which));
  const code = load.error instanceof HaggleError ? load.error.code : undefined;
  // What can be no id is the id of no message.
  if (code === 'NOT_FOUND' || code === 'VALIDATION_FAILED')
    return <Empty text={say('trace.none')} />;
  return (
    <Loaded load={load} forbidden={say('forbidden')}>
      {(traced) => <Traced {...traced} onAgain={load.reload} />}
    </Loaded>
  );
}

function Traced({ message, recipients, onAgain }: DeliveryTrace & { onAgain: () => void }) {
  const say = useWords();
  return (
    <div class="operator-trace">
      <section>
        <h2 class="section-title">{say('trace.stored')}</h2>
        <dl class="operator-fields">
          <dt>{say('trace.at')}</dt>
          <dd>
            <ExactTime at={message.storedAt} />
          </dd>
          <dt>{say('trace.by')}</dt>
          <dd>{message.senderId ?? say('trace.system')}</dd>
          <dt>{say('trace.kind')}</dt>
          <dd>{message.kind}</dd>
          <dt>{say('trace.messageId')}</dt>
          <dd>{message.id}</dd>
          <dt>{say('trace.place')}</dt>
          <dd>
            {message.conversationId} #{message.seq}
          </dd>
        </dl>
      </section>
      {recipients.map((one) => (
        <Recipient key={one.userId} one={one} message={message} />
      ))}
      <button type="button" class="button feed-more" onClick={onAgain}>
        {say('trace.again')}
      </button>
    </div>
  );
}
