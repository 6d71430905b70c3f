import { Refusal, refusalFields } from '../../src/contract/errors.js';
import type { ClientEventName, ServerEventName, ServerEvents } from '../contract-types.js';
import type { ClientSocket, GiveAuth } from '../transport.js';
import { runEvent } from './doors.js';
import { Wire } from './network.js';
import { admit } from './sessions.js';
import type { Caller, LiveSocket, World } from './world.js';

type Listener = (payload: never) => void;

/** What lives as long as one connection. */
interface Connection {
  caller: Caller;
  up: Wire;
  down: Wire;
  /** Fail the requests; those that are answered stay so. */
  unanswered: ((reason: Error) => void)[];
}

/** Copies like a network does, which also drops `undefined`. */
const copied = <T>(value: T): T =>
  value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);

/** Both ends of one connection: the socket that the client library holds, and what the gateway sees of it. */
export class MockSocket implements ClientSocket, LiveSocket {
  active = false;
  readonly watching = new Set<string>();
  private readonly listeners = new Map<string, Set<Listener>>();
  private connection: Connection | undefined;
  private attempt = 0;

  constructor(
    private readonly world: World,
    private readonly auth: GiveAuth,
  ) {}

  get id(): string | undefined {
    return this.caller?.socketId;
  }
  get caller(): Caller | undefined {
    return this.connection?.caller;
  }
  get connected(): boolean {
    return this.connection !== undefined;
  }

  connect(): this {
    if (this.active) return this;
    this.active = true;
    this.attempt += 1;
    const { attempt } = this;
    this.auth((given) => {
      void this.world.network.way().then(() => {
        if (this.active && attempt === this.attempt) this.shakeHands(copied(given));
      });
    });
    return this;
  }

  disconnect(): this {
    this.end('io client disconnect');
    return this;
  }

  on(event: string, listener: Listener): this {
    const known = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, known.add(listener));
    return this;
  }

  timeout(ms: number): { emitWithAck(event: string, payload: unknown): Promise<unknown> } {
    return { emitWithAck: (event, payload) => this.request(event as ClientEventName, payload, ms) };
  }

  /** Delivers an event of the gateway to this socket. */
  hear<Name extends ServerEventName>(event: Name, payload: ServerEvents[Name]): void {
    const sent = copied(payload);
    this.connection?.down.send(event, () => this.emit(event, sent));
  }

  /** Ends it from the gateway's side; earlier events still arrive. */
  revoke(reason: ServerEvents['session:revoked']['reason']): void {
    this.hear('session:revoked', { reason });
    this.connection?.down.send('session:revoked', () => this.end('io server disconnect'));
  }

  /** Breaks the line: both ends notice, and packets on their way are lost. */
  end(reason: string): void {
    const { connection, id } = this;
    this.active = false;
    this.attempt += 1;
    if (!connection) return;
    this.connection = undefined;
    connection.up.cut();
    connection.down.cut();
    this.watching.clear();
    for (const reject of connection.unanswered) reject(new Error('socket has been disconnected'));
    this.world.leave(id!, connection.caller.userId);
    this.emit('disconnect', reason);
  }

  private shakeHands(auth: object): void {
    const { world } = this;
    try {
      const caller = admit(world, auth as Record<string, unknown>);
      const [up, down] = [new Wire(world.network), new Wire(world.network)];
      const socketId = world.nextId('socket');
      this.connection = { caller: { ...caller, socketId }, up, down, unanswered: [] };
    } catch (error) {
      this.active = false;
      const data = error instanceof Refusal ? { data: refusalFields(error) } : {};
      this.emit('connect_error', Object.assign(new Error((error as Error).message), data));
      return;
    }
    this.emit('connect', undefined);
    if (this.caller) world.enter(this, this.caller);
  }

  private async request(
    event: ClientEventName,
    payload: unknown,
    withinMs: number,
  ): Promise<unknown> {
    const { connection } = this;
    if (!connection) throw new Error('not connected');
    const { caller, up, down } = connection;
    let cancel: (() => void) | undefined;
    const answered = new Promise((resolve, reject) => {
      const timedOut = () => reject(new Error('operation has timed out'));
      cancel = this.world.network.after(withinMs, timedOut);
      connection.unanswered.push(reject);
      const sent = copied(payload);
      up.send(event, () => {
        const answer = copied(answerTo(caller, event, sent));
        down.send(`ack:${event}`, () => resolve(answer));
      });
    });
    return answered.finally(cancel);
  }

  private emit(event: string, payload: unknown): void {
    for (const listener of [...(this.listeners.get(event) ?? [])]) listener(payload as never);
  }
}

function answerTo(caller: Caller, event: ClientEventName, payload: unknown): unknown {
  try {
    caller.world.network.mustNotRefuse(event);
    return { ok: true, data: runEvent(caller, event, payload) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ok: false, error: { message: error.message, ...refusalFields(error) } };
  }
}
