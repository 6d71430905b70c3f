import type { ComponentChildren } from 'preact';
import { Link } from 'wouter';
import type { DeliveryTrace, TracedRecipient } from '../../../client/operator.js';
import { ExactTime } from './exact-time.js';
import { tellStory } from './tell-story.js';
import { useWords } from './use-words.js';

/** What became of a message for one person: in words, and in the facts behind them. */
export function Recipient(props: { one: TracedRecipient; message: DeliveryTrace['message'] }) {
  const { one, message } = props;
  const say = useWords();
  const { decision, job, deadLetter } = one;
  const title = `recipient-${one.userId}`;
  const reached = (position: number) => say(position >= message.seq ? 'trace.yes' : 'trace.no');
  return (
    <article class="operator-card" aria-labelledby={title}>
      <h2 id={title} class="operator-title">
        {say('trace.to')} <Link href={`/people/${one.userId}`}>{one.userId}</Link>
      </h2>
      {tellStory(one, message, say).map((line) => (
        <p key={line}>{line}</p>
      ))}
      <dl class="operator-fields">
        <Fact name={say('trace.delivered')}>
          {reached(one.deliveredSeq)} ({say('trace.upTo', one.deliveredSeq)})
        </Fact>
        <Fact name={say('trace.read')}>
          {reached(one.readSeq)} ({say('trace.upTo', one.readSeq)})
        </Fact>
        {decision && (
          <>
            <Fact name={say('trace.decided')}>
              <ExactTime at={decision.at} /> · {decision.category}
            </Fact>
            <Fact name={say('trace.seen')}>
              {say(`trace.connected.${String(decision.seen.connected) as 'true'}`)},{' '}
              {say('trace.seenUpTo', decision.seen.deliveredSeq, decision.seen.readSeq)}
              {decision.seen.hinted && `, ${say('trace.hinted')}`}
            </Fact>
            {decision.until && (
              <Fact name={say('trace.until')}>
                <ExactTime at={decision.until} />
              </Fact>
            )}
            {decision.outcome && (
              <Fact name={say('trace.ended')}>
                <ExactTime at={decision.outcome.at} />
              </Fact>
            )}
          </>
        )}
        {job && (
          <Fact name={say('trace.job')}>
            {job.queue} · {job.state} · {say('tries', job.tries)}
            {job.runsAt && (
              <>
                {' '}
                · <ExactTime at={job.runsAt} />
              </>
            )}
          </Fact>
        )}
        {deadLetter && (
          <Fact name={say('trace.givenUp')}>
            <ExactTime at={deadLetter.at} /> · {deadLetter.reason} ·{' '}
            <Link href="/operator/dead-letters">{say('list.dead-letters')}</Link>
          </Fact>
        )}
      </dl>
      {one.devices.length > 0 && <Devices devices={one.devices} />}
    </article>
  );
}

const Fact = (props: { name: string; children: ComponentChildren }) => (
  <>
    <dt>{props.name}</dt>
    <dd>{props.children}</dd>
  </>
);

function Devices({ devices }: Pick<TracedRecipient, 'devices'>) {
  const say = useWords();
  return (
    <section>
      <h3 class="operator-title">{say('trace.devices')}</h3>
      <ul class="operator-list">
        {devices.map((one, index) => (
          <li key={index} class="operator-row">
            <span>
              <strong>{one.deviceId ?? say('trace.noDevice')}</strong> · {one.provider} ·{' '}
              {say(`device.${one.state}`)}
            </span>
            {one.attempts.map((attempt) => (
              <span key={attempt.at} class="operator-facts">
                <ExactTime at={attempt.at} /> · {attempt.answer} · {Math.round(attempt.ms)} ms
                {attempt.detail && ` · ${attempt.detail}`}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
