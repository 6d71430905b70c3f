import type { RowPositions } from '../../src/conversations/index.js';
import { whyNot } from '../../src/domain/decide-push.js';
import type { Entry } from '../../src/domain/entry.js';
import type { KnownDevice, PushJob, Told } from '../../src/notifications/index.js';
import { notificationFor, takenAway, takenBack, type PushContent } from './notification.js';
import type { PushParts } from './push-parts.js';
import type { Send } from './second-look.js';

type ChangedJob = Extract<PushJob, { kind: 'changed' }>;

/** A device that was not reached by then shows the old words until the next notification of the conversation. */
const ttlSeconds = 24 * 3_600;
/** After so many later notifications an entry is no longer shown anywhere, so nothing needs to replace it. */
const lookedBack = 20;

/**
 * Tells devices that an entry was edited or unsent after people were notified of it, so that a locked screen no longer
 * shows the old words. The new words replace them; an unsent entry is replaced by the newest unread entry that they
 * were notified of, or by nothing. Without previews no words are shown, so nothing changes. `later`: one of the devices
 * is being notified right now.
 */
export const createChangedUpdate =
  (deps: PushParts) =>
  async (job: ChangedJob): Promise<Send[] | 'later'> => {
    const { conversationId, recipientId, seq } = job;
    const now = deps.clock();
    const rows = await deps.inbox.positionsOf([{ userId: recipientId, conversationId }]);
    const row = rows.get(recipientId, conversationId);
    if (!row || row.readSeq >= seq) return [];
    const where = { conversationId, recipientId, above: row.readSeq };
    const told = newestOf(await deps.deliveries.toldOf(where, now));
    const ofTarget = told.filter((one) => one.seq === seq);
    if (ofTarget.some(({ state }) => state === 'claimed')) return 'later';
    if (ofTarget.length === 0) return [];
    const [entries, devices, unread, profiles] = await Promise.all([
      deps.messages.bySeqs(
        [...new Set(told.map((one) => one.seq))].map((one) => ({ conversationId, seq: one })),
      ),
      deps.devices.ofMany([recipientId], now),
      deps.unread([recipientId], now),
      deps.users.profilesOf([row.otherId]),
    ]);
    const { preview, tellable } = await lookAt(deps, entries, { job, row, now });
    if (!preview) return [];
    const badge = unread.get(recipientId)?.size ?? 0;
    const tell = (device: KnownDevice): Send[] => {
      const own = told.filter(
        ({ deviceKey, state }) => deviceKey === device.key && state === 'sent',
      );
      const shown = entries.filter((entry) => own.some((one) => one.seq === entry.seq));
      if (!stands(shown, seq)) return [];
      const next = shown.findLast((entry) => entry.seq <= seq && tellable.has(entry));
      if (!next) {
        const away = takenAway({ conversationId, readSeq: seq, badge }, device, ttlSeconds);
        return [{ device, notification: takenBack(away, device) }];
      }
      const content: PushContent = {
        recipientId,
        entries: [next],
        badge,
        preview,
        sound: false,
        prefix: `changed:${conversationId}:${job.changedBy}:`,
        name: profiles.get(row.otherId)?.nickname,
      };
      const words = notificationFor(content, device, now);
      return [{ device, notification: { ...words, urgency: 'normal', replaces: seq } }];
    };
    return (devices.get(recipientId) ?? []).flatMap(tell);
  };

function newestOf(told: Told[]): Told[] {
  const seqs = [...new Set(told.map(({ seq }) => seq))].sort((a, b) => b - a);
  const kept = new Set(seqs.slice(0, lookedBack));
  return told.filter(({ seq }) => kept.has(seq));
}

/** Whether it is still shown: no later entry has replaced it, except entries that were unsent as well. */
const stands = (shown: Entry[], target: number): boolean =>
  shown.some(({ seq }) => seq === target) &&
  shown.every(({ seq, state }) => seq <= target || state === 'unsent');

/** Which of these entries a notification may name now, as when it is first sent. */
async function lookAt(
  deps: PushParts,
  entries: Entry[],
  { job: { recipientId }, row, now }: { job: ChangedJob; row: RowPositions; now: Date },
) {
  const { otherId, left, readSeq, muted } = row;
  entries.sort((a, b) => a.seq - b.seq);
  const facts = await deps.facts.against(
    entries.map((entry) => ({ entry, recipientId, otherId, left })),
    now,
  );
  const tellable = entries.filter(
    ({ seq, state }, index) =>
      state !== 'unsent' && whyNot({ ...facts[index]!, readSeq, muted, seq }) === null,
  );
  return { preview: facts[0]?.settings.preview ?? false, tellable: new Set(tellable) };
}
