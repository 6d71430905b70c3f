import type { PushJob } from '../../src/notifications/index.js';
import { Batcher } from '../../src/platform/batcher.js';
import { takenAway } from './notification.js';
import type { PushParts } from './push-parts.js';
import type { Send } from './second-look.js';

type SilentJob = Extract<PushJob, { kind: 'silent' }>;

const windowMs = 50;
const lookedAtOnce = 200;
/** A device that was away for longer shows an old badge until the next notification. */
const ttlSeconds = 24 * 3_600;

/**
 * Tells the other devices that a notification was read on one, so that they remove it and update the badge. Sends
 * nothing when a newer notification came since: that replaced it, and carried the badge.
 */
export function createSilentUpdate(deps: PushParts): (job: SilentJob) => Promise<Send[]> {
  const look = async (jobs: SilentJob[]): Promise<Send[][]> => {
    const now = deps.clock();
    const people = [...new Set(jobs.map(({ recipientId }) => recipientId))];
    const [rows, devices, unread] = await Promise.all([
      deps.inbox.positionsOf(jobs.map(({ recipientId: userId, ...job }) => ({ userId, ...job }))),
      deps.devices.ofMany(people, now),
      deps.unread(people, now),
    ]);
    return jobs.map(({ recipientId, conversationId, readSeq, sessionId }) => {
      const { pushedSeq = 0 } = rows.get(recipientId, conversationId) ?? {};
      if (pushedSeq > readSeq) return [];
      const badge = unread.get(recipientId)?.size ?? 0;
      const others = (devices.get(recipientId) ?? []).filter((one) => one.sessionId !== sessionId);
      return others.map((device) => ({
        device,
        notification: takenAway({ conversationId, readSeq, badge }, device, ttlSeconds),
      }));
    });
  };
  const looks = new Batcher({ windowMs, max: lookedAtOnce, write: look });
  return (job) => looks.do(job);
}
