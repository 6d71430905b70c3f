import type { view } from '../contract/index.js';
import type { BlockStore, UserStore } from '../users/index.js';
import { alertHeldUntil } from '../domain/alert-cap.js';
import { categoryOf, expiresAt, isUrgent, type ToldEntry } from './category.js';
import type { PushFacts } from '../domain/decide-push.js';
import type { DecisionStore } from './decision.store.js';
import type { DeviceStore } from './device.store.js';
import { quietUntil } from '../domain/quiet-hours.js';
import type { SettingsStore } from './settings.store.js';

/** Somebody who may be told of an entry. */
export interface Asked {
  entry: ToldEntry;
  recipientId: string;
  /** With whom the conversation is. */
  otherId: string;
  /** The recipient left the conversation. */
  left: boolean;
}

/** What may stand against it beside positions and mute, which stand in the recipient's row. */
export type Against = Pick<PushFacts, 'blocked' | 'gone' | 'categoryOff' | 'expired'> & {
  settings: view.NotificationSettings;
};

export type Holds = Pick<PushFacts, 'quietUntil' | 'capUntil'>;

const DAY = 24 * 3_600_000;

/** Facts of many decisions at once: for the relay, and for whoever looks again right before sending. */
export class PushFactsLoader {
  constructor(
    private readonly deps: {
      blocks: Pick<BlockStore, 'between'>;
      users: UserStore;
      settings: SettingsStore;
      devices: DeviceStore;
      decisions: DecisionStore;
    },
  ) {}

  /** For each of those asked about, in their order. */
  async against(asked: readonly Asked[], now: Date): Promise<Against[]> {
    if (asked.length === 0) return [];
    const people = new Set(asked.map(({ recipientId }) => recipientId));
    const [settings, accounts, apart] = await Promise.all([
      this.deps.settings.ofMany(people),
      this.deps.users.profilesOf(people),
      this.deps.blocks.between(asked.map(({ recipientId, otherId }) => [recipientId, otherId])),
    ]);
    return asked.map(({ entry, recipientId, otherId, left }) => {
      const own = settings.get(recipientId)!;
      const category = categoryOf(entry);
      return {
        blocked: apart(recipientId, otherId),
        gone: left || !accounts.has(recipientId),
        categoryOff: category !== null && !own.categories[category],
        expired: expiresAt(entry) <= now,
        settings: own,
      };
    });
  }

  /**
   * What delays those that are to be pushed, in their order. One of several alerts for a person counts for the next: so
   * ask about those only that nothing stands against.
   */
  async holds(asked: readonly (Asked & { settings: view.NotificationSettings })[], now: Date) {
    const idsOf = (some: typeof asked) => some.map(({ recipientId }) => recipientId);
    const [zones, shown] = await Promise.all([
      this.deps.devices.timeZonesOf(idsOf(asked.filter((one) => one.settings.quietHours))),
      this.deps.decisions.alertsOf(
        idsOf(asked.filter(({ entry }) => categoryOf(entry) === 'alert')),
        new Date(now.getTime() - DAY),
      ),
    ]);
    return asked.map(({ entry, recipientId, settings }): Holds => {
      const hours = settings.quietHours;
      if (isUrgent(entry, now)) return { quietUntil: null, capUntil: null };
      const quiet = hours && quietUntil(hours, zones.get(recipientId) ?? 'Asia/Seoul', now);
      if (categoryOf(entry) !== 'alert') return { quietUntil: quiet, capUntil: null };
      const alerts = shown.get(recipientId)!;
      const capUntil = alertHeldUntil(alerts, now);
      const times = [now, quiet, capUntil].flatMap((time) => (time ? [time.getTime()] : []));
      alerts.push(new Date(Math.max(...times)));
      return { quietUntil: quiet, capUntil };
    });
  }
}
