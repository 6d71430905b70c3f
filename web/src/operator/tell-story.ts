import type { DeliveryTrace, TracedRecipient } from '../../../client/operator.js';
import type { Say } from './use-words.js';

/** Within about this time the relay decides on an entry. */
const decidedWithinMs = 30_000;

/** What became of an entry for one person, sentence after sentence. */
export function tellStory(
  one: TracedRecipient,
  message: DeliveryTrace['message'],
  say: Say,
): string[] {
  const { decision, never, devices, deadLetter, job } = one;
  if (!decision) return [never ? named(say, 'never', never) : undecided(one, message, say)];
  const sent = devices.filter(({ state }) => state === 'sent').length;
  const { outcome } = decision;
  return [
    whyDecided(decision, say),
    sent > 0 && say('story.sent', sent, devices.length),
    deadLetter && say(sent > 0 ? 'story.deadRest' : 'story.dead', deadLetter.tries),
    outcome && sent === 0 && !deadLetter && named(say, 'outcome', outcome.is),
    job && say('story.job'),
    decision.do === 'push' && sent === 0 && !deadLetter && !outcome && !job && say('story.waits'),
    decision.do === 'hold' && !outcome && say('story.held'),
  ].filter((line): line is string => typeof line === 'string');
}

function undecided({ readSeq }: TracedRecipient, message: DeliveryTrace['message'], say: Say) {
  if (Date.now() - Date.parse(message.storedAt) < decidedWithinMs) return say('story.soon');
  return say(readSeq >= message.seq ? 'story.unknownRead' : 'story.unknown');
}

function whyDecided(decision: NonNullable<TracedRecipient['decision']>, say: Say): string {
  if (decision.do === 'push' && decision.seen.connected === null) return say('why.push.unknown');
  return named(say, `why.${decision.do}`, decision.reason);
}

/** What this build has no words for is named as the gateway names it. */
const named = (say: Say, group: string, name: string): string => {
  const key = `${group}.${name}`;
  return say.has(key) ? say(key as 'outcome.sent') : name;
};
