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
  | MessageRow
  | { readonly type: 'day'; readonly key: string; readonly at: string }
  | { readonly type: 'unread'; readonly key: string; readonly at: string }
  | {
      readonly type: 'deal';
      readonly key: string;
      readonly at: string;
      readonly dealId: string;
    };

/** What somebody said, or what happened: it keeps its place in the list. */
export type MessageRow =
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
  | { readonly type: 'line'; readonly key: string; readonly at: string; readonly entry: Message };

/** What the rows of a room are made of. */
export interface RowSource {
  readonly entries: readonly Entry[];
  readonly pending: readonly PendingMessage[];
  readonly me: string;
  /** Ids of the deals that can be shown. */
  readonly deals: { has(dealId: string): boolean };
  /** The line "unread from here" stands before the first entry from this `seq` on. */
  readonly unreadFrom: number | undefined;
}

/** What a row is made of by itself; one for each entry, so that a long room isn't made again for each new message. */
interface Made {
  readonly row: MessageRow;
  readonly day: string;
  /** Rows of the same run stand closer together; `null` for what is no bubble. */
  readonly run: string | null;
  /** The row as it was shown last, beside its neighbours of then. */
  shown: MessageRow;
}

/** Rows that were made, and what decides about the next one. */
interface Progress {
  readonly source: RowSource;
  readonly rows: readonly Row[];
  readonly day: string | undefined;
  readonly unread: boolean;
  /** The message row added last, whose place in its run the next row decides. */
  readonly open: { made: Made; at: number; first: boolean; replaced: boolean } | undefined;
}

const nothing = { day: undefined, unread: false, open: undefined };

/** Whether only entries were added at the end, and none that changes rows before it. */
const goesOn = (before: RowSource, now: RowSource): boolean =>
  before.me === now.me &&
  before.deals === now.deals &&
  before.unreadFrom === now.unreadFrom &&
  before.entries.length <= now.entries.length &&
  before.entries.every((entry, index) => entry === now.entries[index]) &&
  now.entries
    .slice(before.entries.length)
    .every(({ message }) => !message.offer && !message.notice);

/**
 * Makes the rows of one room: entries in the order of the log, then pending messages, with a separator before each new
 * day. A row that shows the same as before is the same object as before.
 */
export class Rows {
  readonly #made = new WeakMap<Entry | PendingMessage, Made>();

  /** How far the rows of the entries were, for the next time: mostly an entry has come behind them. */
  #before: Progress | undefined;

  of(source: RowSource): Row[] {
    const { entries, pending, me, deals, unreadFrom = Infinity } = source;
    const known = this.#before && goesOn(this.#before.source, source) ? this.#before : undefined;
    const fresh = known ? [] : entries;
    const standing = standingMoves(fresh);
    const cards = dealCards(fresh);
    const rows = known ? [...known.rows] : [];
    let { day, unread, open }: Omit<Progress, 'source' | 'rows'> = known ?? nothing;
    const close = (last: boolean) => {
      if (open) rows[open.at] = shownAs(open.made, open.first, last, open.replaced);
    };
    const onDay = (at: string, ofRow: string) => {
      if (ofRow !== day) rows.push({ type: 'day', key: `day ${ofRow}`, at });
      day = ofRow;
    };
    const add = (made: Made, seq: number, replaced: boolean) => {
      onDay(made.row.at, made.day);
      if (!unread && seq >= unreadFrom) {
        unread = true;
        rows.push({ type: 'unread', key: 'unread', at: made.row.at });
      }
      const joins = open?.at === rows.length - 1 && made.run !== null && open.made.run === made.run;
      close(!joins);
      open = { made, at: rows.length, first: !joins, replaced };
      rows.push(made.row);
    };
    for (let index = known?.source.entries.length ?? 0; index < entries.length; index += 1) {
      const entry = entries[index]!;
      const { message } = entry;
      const { offer, seq, createdAt } = message;
      // The entry of the deal itself tells it.
      if (!isToldByDeal(message)) {
        const made = this.#madeOf(entry, () => rowOf(entry.key, message, message.senderId === me));
        add(made, seq, offer !== undefined && standing.get(offer.id) !== seq);
      }
      const dealId = cards.get(seq);
      if (dealId && deals.has(dealId)) {
        onDay(createdAt, dayOf(createdAt));
        rows.push({ type: 'deal', key: `deal ${dealId}`, at: createdAt, dealId });
      }
    }
    this.#before = { source, rows: [...rows], day, unread, open };
    for (const message of pending) {
      add(
        this.#madeOf(message, () => pendingRow(message)),
        0,
        false,
      );
    }
    close(true);
    return rows;
  }

  #madeOf(source: Entry | PendingMessage, make: () => MessageRow): Made {
    let made = this.#made.get(source);
    if (!made) {
      const row = make();
      made = { row, day: dayOf(row.at), run: runOf(row), shown: row };
      this.#made.set(source, made);
    }
    return made;
  }
}

/** The row beside its neighbours of now. */
function shownAs(made: Made, first: boolean, last: boolean, replaced: boolean): MessageRow {
  const { shown } = made;
  if (shown.type === 'bubble' && (shown.first !== first || shown.last !== last)) {
    made.shown = { ...shown, first, last };
  } else if (shown.type === 'offer' && shown.replaced !== replaced) {
    made.shown = { ...shown, replaced };
  }
  return made.shown;
}

function rowOf(key: string, entry: Message, own: boolean): MessageRow {
  const at = entry.createdAt;
  if (entry.offer && (entry.offer.act === 'made' || entry.offer.act === 'countered')) {
    return { type: 'offer', key, own, at, entry, replaced: false };
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

function pendingRow(message: PendingMessage): MessageRow {
  return {
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
  };
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
    const { appointment, offer, notice, seq } = message;
    if (appointment) last.set(appointment.dealId, seq);
    if (offer?.act === 'accepted' && offer.dealId) last.set(offer.dealId, seq);
    if (notice?.dealId && milestones.includes(notice.type)) last.set(notice.dealId, seq);
  }
  return new Map([...last].map(([dealId, seq]) => [seq, dealId]));
}

/** Has no row of its own. */
export const isToldByDeal = ({ offer }: Message) =>
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

/** Bubbles of one person in one minute belong together. */
const runOf = (row: MessageRow): string | null =>
  row.type === 'bubble' ? `${row.own} ${row.at.slice(0, 16)}` : null;

/** The calendar day in this device's time zone. */
const dayOf = (iso: string) => new Date(iso).toDateString();
