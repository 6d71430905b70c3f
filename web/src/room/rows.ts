import type { Entry, Message, PendingMessage, Place } from '../../../client/index.js';

/** What a bubble shows: text, pictures or a place; for a message that was taken back only that it was. */
export interface Said {
  readonly text?: string;
  readonly images?: readonly {
    readonly id: string;
    readonly thumb: string;
    readonly full: string;
  }[];
  readonly place?: Place;
  readonly edited: boolean;
  readonly unsent: boolean;
}

/** One line of the list of a room. */
export type Row =
  | { readonly type: 'day'; readonly key: string; readonly at: string }
  | {
      readonly type: 'bubble';
      readonly key: string;
      readonly own: boolean;
      readonly said: Said;
      readonly at: string;
      readonly entry?: Message;
      readonly pending?: PendingMessage;
      /** First and last of a run by the same person in the same minute. */
      readonly first: boolean;
      readonly last: boolean;
    }
  | {
      readonly type: 'offer';
      readonly key: string;
      readonly own: boolean;
      readonly at: string;
      readonly entry: Message;
      /** A later move replaced this amount. */
      readonly replaced: boolean;
    }
  | {
      readonly type: 'appointment';
      readonly key: string;
      readonly own: boolean;
      readonly at: string;
      readonly entry: Message;
    }
  | {
      readonly type: 'deal';
      readonly key: string;
      readonly at: string;
      readonly dealId: string;
    }
  | { readonly type: 'line'; readonly key: string; readonly at: string; readonly entry: Message };

/** Entries in the order of the log, then pending messages, with a separator before each new day. */
export function rowsOf(
  entries: readonly Entry[],
  pending: readonly PendingMessage[],
  me: string,
): Row[] {
  const standing = standingMoves(entries);
  const rows: Row[] = [];
  const add = (row: Row) => {
    const before = rows.at(-1);
    const newDay = !before || dayOf(before.at) !== dayOf(row.at);
    if (newDay) rows.push({ type: 'day', key: `day ${dayOf(row.at)}`, at: row.at });
    if (!newDay && row.type === 'bubble' && before.type === 'bubble' && isRun(before, row)) {
      rows[rows.length - 1] = { ...before, last: false };
      rows.push({ ...row, first: false });
    } else {
      rows.push(row);
    }
  };
  const cards = dealCards(entries);
  for (const { key, message } of entries) {
    const dealId = cards.get(message.seq);
    // The entry of the deal itself tells it.
    if (!isToldByDeal(message)) add(rowOf(key, message, message.senderId === me, standing));
    if (dealId) add({ type: 'deal', key: `deal ${dealId}`, at: message.createdAt, dealId });
  }
  for (const message of pending) {
    add({
      type: 'bubble',
      key: message.clientMessageId,
      own: true,
      said: {
        text: message.text,
        images: message.imageIds?.map(sources),
        place: message.place,
        edited: false,
        unsent: false,
      },
      at: message.createdAt,
      pending: message,
      first: true,
      last: true,
    });
  }
  return rows;
}

function rowOf(key: string, entry: Message, own: boolean, standing: Map<string, number>): Row {
  const at = entry.createdAt;
  if (entry.offer && (entry.offer.act === 'made' || entry.offer.act === 'countered')) {
    const replaced = standing.get(entry.offer.id) !== entry.seq;
    return { type: 'offer', key, own, at, entry, replaced };
  }
  if (entry.appointment && entry.appointment.act !== 'confirmed') {
    return { type: 'appointment', key, own, at, entry };
  }
  if (entry.kind === 'text' || entry.kind === 'image' || entry.kind === 'place') {
    const said = {
      text: entry.text,
      images: entry.images?.map(({ id }) => sources(id)),
      place: entry.place,
      edited: entry.state === 'edited',
      unsent: entry.state === 'unsent',
    };
    return { type: 'bubble', key, own, said, at, entry, first: true, last: true };
  }
  return { type: 'line', key, at, entry };
}

const milestones = [
  'dealOpened',
  'dealCompleted',
  'dealCancelled',
  'dealNoShow',
  'dealReleased',
  'reviewsOpen',
  'reviewsShown',
];

/** The entry at which the card of each deal is shown: the last one that changed what its reader may do. */
function dealCards(entries: readonly Entry[]): Map<number, string> {
  const last = new Map<string, number>();
  for (const { message } of entries) {
    const { offer, notice, seq } = message;
    if (offer?.act === 'accepted' && offer.dealId) last.set(offer.dealId, seq);
    if (notice?.dealId && milestones.includes(notice.type)) last.set(notice.dealId, seq);
  }
  return new Map([...last].map(([dealId, seq]) => [seq, dealId]));
}

const isToldByDeal = ({ offer }: Message) =>
  offer?.dealId !== undefined && (offer.act === 'fulfilled' || offer.act === 'fellThrough');

/** Where an image is, also one whose message is still on its way. */
const sources = (id: string) => ({
  id,
  thumb: `/v1/images/${id}/thumb`,
  full: `/v1/images/${id}/full`,
});

/** For each offer the entry that named the standing amount. */
function standingMoves(entries: readonly Entry[]): Map<string, number> {
  const moves = new Map<string, number>();
  for (const { message } of entries) {
    const { offer, seq } = message;
    if (offer && (offer.act === 'made' || offer.act === 'countered')) moves.set(offer.id, seq);
  }
  return moves;
}

function isRun(a: { own: boolean; at: string }, b: { own: boolean; at: string }): boolean {
  return a.own === b.own && a.at.slice(0, 16) === b.at.slice(0, 16);
}

/** The calendar day in this device's time zone. */
const dayOf = (iso: string) => new Date(iso).toDateString();
