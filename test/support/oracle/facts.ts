/**
 * What a judge has to know of a stretch of life: what every device did, was told and showed, and what the servers hold
 * when all is quiet. Plain data, so that a test can make up a history and bend it.
 */
export interface Facts {
  /** Who may see what. */
  conversations: { id: string; people: string[] }[];
  /** Whatever was sent, in the order of sending, whether or not it came through. */
  sent: Sent[];
  /** What the server said yes to. */
  acknowledged: Acknowledged[];
  /** What a device took up, in the order in which it did. */
  seen: { device: string; personId: string; conversationId: string; seq: number }[];
  /** Positions as a device held them, one after the other. */
  positions: Position[];
  /** What a device shows in the end. */
  views: View[];
  /** The log in the database, in the order of `seq`. */
  log: LogEntry[];
  /** Positions in the database. */
  inbox: Omit<Position, 'device'>[];
  acceptedOffers: { listingId: string; offerId: string }[];
  /** Pushes that a provider took. Those that are `silent` or replace another one do not ring. */
  pushes: {
    conversationId: string;
    seq: number;
    deviceId: string;
    silent?: boolean;
    replaces?: number;
  }[];
  processes: { name: string; unexpectedEnds: string[]; log: string }[];
}

export interface Sent {
  device: string;
  personId: string;
  conversationId: string;
  clientMessageId: string;
  kind: 'text' | 'edit' | 'unsend';
  /** Unlike that of anything else that the person sends; none for an unsend. */
  text?: string;
  targetSeq?: number;
  /** This try was answered, with a refusal. */
  refused?: boolean;
}

export interface Acknowledged {
  device: string;
  conversationId: string;
  clientMessageId: string;
  seq: number;
}

export interface Position {
  device: string;
  userId: string;
  conversationId: string;
  deliveredSeq: number;
  readSeq: number;
}

/** One entry as it is shown or stored. */
export interface Shown {
  seq: number;
  text?: string | undefined;
  state: 'active' | 'edited' | 'unsent';
}

export interface LogEntry extends Shown {
  id: string;
  conversationId: string;
  senderId: string | null;
  clientMessageId: string;
  kind: string;
  targetSeq?: number | undefined;
}

export interface View {
  device: string;
  personId: string;
  conversationId: string;
  /** What is drawn: the log with its edits and unsends applied, and without them. */
  entries: Shown[];
}

/** The names of broken promises. */
export type Promised =
  | 'acknowledgedIsLost'
  | 'storedTwice'
  | 'storedUnsent'
  | 'hole'
  | 'senderOrder'
  | 'projection'
  | 'view'
  | 'shownOutOfOrder'
  | 'foreign'
  | 'cursorWentBack'
  | 'cursorBeyondLog'
  | 'twoAccepted'
  | 'pushedTwice'
  | 'processEnded'
  | 'unhandledError';

export interface Violation {
  promise: Promised;
  detail: string;
}
