import type { ClientSocket, Conversation, Message, OpenSocket } from '../../client/index.js';

/** What becomes of one thing on the wire: how long it takes, whether it is lost, whether it comes twice. */
export interface Fate {
  ms: number;
  lost?: boolean;
  twice?: boolean;
}

type Payload = Record<string, unknown>;
interface Answer {
  ok: boolean;
  data?: unknown;
  error?: { code: string; message: string; retryable: boolean };
}

const at = (seq: number) => new Date(Date.UTC(2026, 0, 1) + seq * 1_000).toISOString();

/**
 * One conversation on a server that does what the test says, in this process. The documents of its log may follow
 * their edits late, as the projections of the real one do.
 */
export class ScriptedGateway {
  readonly me = 'buyer';
  readonly other = 'seller';
  readonly conversationId = 'talk';
  readonly log: Message[] = [];
  /** Every handshake, with the token that it brought. */
  readonly handshakes: string[] = [];
  readonly sends: string[] = [];
  readonly asked: { event: string; payload: Payload }[] = [];
  epoch = 'first';
  /** A code that refuses the handshake with this token. */
  refuse: (token: string) => string | undefined = () => undefined;
  /** Answers an event in its own way. */
  answer: (event: string, payload: Payload) => Answer | undefined = () => undefined;
  reachable = true;
  /** Of everything on the wire, in both directions, in turn. */
  fate: () => Fate = () => ({ ms: 1 });
  private readonly ids = new Map<string, Message>();
  private readonly documents = new Map<number, Message>();
  readonly sockets: ScriptedSocket[] = [];

  readonly openSocket: OpenSocket = (_url, auth) => {
    const socket = new ScriptedSocket(this, auth);
    this.sockets.push(socket);
    return socket;
  };

  readonly fetch: typeof fetch = (input) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!this.reachable) return Promise.reject(new TypeError('unreachable'));
    const before = Number(url.searchParams.get('beforeSeq') ?? Number.POSITIVE_INFINITY);
    const limit = Number(url.searchParams.get('limit') ?? 20);
    const body = url.pathname.endsWith('/messages')
      ? {
          items: this.shown()
            .filter(({ seq }) => seq < before)
            .reverse()
            .slice(0, limit),
          nextCursor: null,
        }
      : this.conversation();
    return Promise.resolve(new Response(JSON.stringify(body)));
  };

  get connected(): ScriptedSocket[] {
    return this.sockets.filter((socket) => socket.connected);
  }

  /** Appends an entry and tells everybody connected. */
  append(senderId: string, entry: Partial<Message>, clientMessageId?: string): Message {
    const seq = this.log.length + 1;
    const message: Message = {
      id: `m${seq}-${this.epoch}`,
      conversationId: this.conversationId,
      seq,
      senderId,
      kind: 'text',
      state: 'active',
      fallbackText: entry.kind === 'unsend' ? 'taken back' : (entry.text ?? ''),
      createdAt: at(seq),
      ...entry,
    };
    this.log.push(message);
    if (clientMessageId) this.ids.set(clientMessageId, message);
    for (const socket of this.connected)
      socket.hears('message:new', {
        message,
        ...(senderId === this.me && clientMessageId ? { clientMessageId } : {}),
      });
    return message;
  }

  /** The documents of all targets are up to date from now on. */
  project(): void {
    for (const entry of this.log) this.documents.set(entry.seq, this.projected(entry));
  }

  /** The log as everybody must see it in the end: what the entries make of each other. */
  projected(target: Message): Message {
    const about = this.log.filter(({ targetSeq }) => targetSeq === target.seq);
    const unsend = about.find(({ kind }) => kind === 'unsend');
    if (unsend) {
      const { text: _text, ...rest } = target;
      return { ...rest, state: 'unsent', fallbackText: unsend.fallbackText };
    }
    const edit = about.findLast(({ kind }) => kind === 'edit');
    if (!edit?.text) return target;
    return {
      ...target,
      state: 'edited',
      text: edit.text,
      fallbackText: edit.text,
      editedAt: edit.createdAt,
    };
  }

  /** What reads answer: documents, as far as they have followed. */
  shown(): Message[] {
    return this.log.map((entry) => this.documents.get(entry.seq) ?? entry);
  }

  /** The database was restored to before this entry. */
  restoreTo(seq: number): void {
    this.epoch = `${this.epoch}+`;
    this.log.splice(seq);
    this.documents.clear();
    for (const [id, message] of this.ids) if (message.seq > seq) this.ids.delete(id);
  }

  conversation(): Conversation {
    const person = (id: string) => ({ id, nickname: id, createdAt: at(0) });
    return {
      id: this.conversationId,
      listing: {
        id: 'bicycle',
        title: 'bicycle',
        thumb: null,
        price: 1_000,
        currency: 'KRW',
        state: 'onSale',
        category: 'sports',
        offers: { enabled: true },
      },
      buyer: person(this.me),
      seller: person(this.other),
      lastMessage: this.shown().at(-1) ?? null,
      lastSeq: this.log.length,
      unread: 0,
      cursors: {},
      muted: false,
      pinned: false,
      archived: false,
      closed: false,
    };
  }

  admit(socket: ScriptedSocket, token: string): void {
    this.handshakes.push(token);
    const code = this.refuse(token);
    if (code) {
      socket.isRefused(code);
      return;
    }
    socket.isAdmitted(`s${this.handshakes.length}`);
    socket.hears('session:ready', {
      userId: this.me,
      sessionId: 'session',
      nodeId: 'node-1',
      protocol: 1,
      epoch: this.epoch,
      serverTime: new Date().toISOString(),
      limits: {},
    });
  }

  serve(event: string, payload: Payload): Answer {
    this.asked.push({ event, payload });
    return this.answer(event, payload) ?? { ok: true, data: this.carryOut(event, payload) };
  }

  private carryOut(event: string, payload: Payload): unknown {
    switch (event) {
      case 'message:send':
        return this.send(payload as unknown as { clientMessageId: string; text: string });
      case 'sync:pull':
        return this.pull(payload as { known: { seq: number }[] });
      case 'message:edit':
      case 'message:unsend': {
        const { seq, text, clientMessageId } = payload as { seq: number } & Record<string, string>;
        const kind = event === 'message:edit' ? 'edit' : 'unsend';
        const known = this.ids.get(clientMessageId!);
        const message =
          known ?? this.append(this.me, { kind, targetSeq: seq, text }, clientMessageId);
        return { message, target: this.projected(this.log[seq - 1]!), duplicate: Boolean(known) };
      }
      case 'receipt:read':
      case 'receipt:delivered':
        return { deliveredSeq: payload.seq, readSeq: 0, unread: 0 };
      default:
        return {};
    }
  }

  private send({ clientMessageId, text }: { clientMessageId: string; text: string }) {
    this.sends.push(clientMessageId);
    const known = this.ids.get(clientMessageId);
    return {
      message: known ?? this.append(this.me, { text }, clientMessageId),
      duplicate: Boolean(known),
    };
  }

  private pull({ known }: { known: { seq: number }[] }) {
    const seq = known[0]?.seq ?? 0;
    const messages = this.shown().filter((entry) => entry.seq > seq);
    const left = messages.length > 20 ? messages.splice(0, messages.length - 20) : [];
    return {
      conversations: [this.conversation()],
      messages,
      holes:
        left.length > 0
          ? [{ conversationId: this.conversationId, fromSeq: seq + 1, toSeq: left.at(-1)!.seq }]
          : [],
      cursor: 'cursor',
      complete: true,
      unread: 0,
      epoch: this.epoch,
    };
  }
}

/** A client's end of the wire to a {@link ScriptedGateway}. */
export class ScriptedSocket implements ClientSocket {
  id: string | undefined;
  connected = false;
  active = false;
  private link = 0;
  private readonly listeners = new Map<string, ((payload: never) => void)[]>();

  constructor(
    private readonly gateway: ScriptedGateway,
    private readonly auth: (give: (auth: object) => void) => void,
  ) {}

  connect(): void {
    this.active = true;
    const link = (this.link += 1);
    setTimeout(() => {
      if (link !== this.link) return;
      if (!this.gateway.reachable) {
        this.active = false;
        this.tell('connect_error', new Error('unreachable'));
        return;
      }
      this.auth((auth) => {
        if (link === this.link) this.gateway.admit(this, (auth as { token: string }).token);
      });
    }, 1);
  }

  disconnect(): void {
    this.cut('io client disconnect');
  }

  /** The link breaks: nothing that is under way arrives. */
  cut(reason = 'transport close'): void {
    const wasConnected = this.connected;
    this.link += 1;
    this.connected = false;
    this.active = false;
    this.id = undefined;
    if (wasConnected) this.tell('disconnect', reason);
  }

  isAdmitted(id: string): void {
    this.connected = true;
    this.id = id;
    this.tell('connect', undefined);
  }

  isRefused(code: string): void {
    this.active = false;
    const error = Object.assign(new Error(code), { data: { code, retryable: false } });
    this.tell('connect_error', error);
  }

  hears(event: string, payload: unknown): void {
    // The greeting and what is not about the log are never in question here.
    const fate = event === 'message:new' ? this.gateway.fate() : { ms: 1 };
    if (fate.lost) return;
    const { link } = this;
    const arrive = () => link === this.link && this.tell(event, payload);
    setTimeout(arrive, fate.ms);
    if (fate.twice) setTimeout(arrive, fate.ms * 2);
  }

  timeout(ms: number) {
    return {
      emitWithAck: (event: string, payload: unknown): Promise<unknown> =>
        new Promise((resolve, reject) => {
          const { link } = this;
          const late = setTimeout(() => reject(new Error('no answer in time')), ms);
          const there = this.gateway.fate();
          const back = this.gateway.fate();
          if (there.lost) return;
          setTimeout(() => {
            if (link !== this.link) return;
            const answer = this.gateway.serve(event, payload as Payload);
            if (back.lost) return;
            setTimeout(() => {
              if (link !== this.link) return;
              clearTimeout(late);
              resolve(answer);
            }, back.ms);
          }, there.ms);
        }),
    };
  }

  on(event: string, listener: (payload: never) => void): void {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
  }

  private tell(event: string, payload: unknown): void {
    for (const listener of this.listeners.get(event) ?? []) listener(payload as never);
  }
}
