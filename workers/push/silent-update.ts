import type { InboxStore } from '../../src/conversations/index.js';
import type { DeviceStore, KnownDevice, PushJob } from '../../src/notifications/index.js';
import type { Clock } from '../../src/platform/clock.js';
import { Batcher } from '../../src/platform/batcher.js';
import { takenAway } from './notification.js';
import type { Notification } from './provider.js';

export type SilentJob = Extract<PushJob, { kind: 'silent' }>;

export interface SilentSend {
  device: KnownDevice;
  notification: Notification;
}

const windowMs = 50;
const lookedAtOnce = 200;
/** A device that was away for longer shows an old badge until the next notification. */
const ttlSeconds = 24 * 3_600;

/**
 * Tells the other devices that a notification was read on one, so that they remove it and update the badge. Sends
 * nothing when a newer notification came since: that replaced it, and carried the badge.
 */
export function createSilentUpdate(deps: {
  inbox: InboxStore;
  devices: DeviceStore;
  unread: (userIds: string[], now: Date) => Promise<Map<string, Set<string>>>;
  clock: Clock;
}): (job: SilentJob) => Promise<SilentSend[]> {
  const look = async (jobs: SilentJob[]): Promise<SilentSend[][]> => {
    const now = deps.clock();
    const people = [...new Set(jobs.map(({ recipientId }) => recipientId))];
    const places = jobs.map(({ recipientId: userId, conversationId }) => ({
      userId,
      conversationId,
    }));
    const [rows, devices, unread] = await Promise.all([
      deps.inbox.positionsOf(places),
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
