import { Refusal } from '../../src/contract/errors.js';
import type { ClientEventName, ServerEventName, ServerEvents } from '../contract-types.js';
import type { ClientSocket, GiveAuth } from '../transport.js';
import { runEvent } from './doors.js';
import type { PacketKind } from './faults.js';
import { admit } from './people.js';
import type { Actor, LiveSocket, World } from './world.js';

type Listener = (payload: never) => void;

/** Copies like a network does, which also drops `undefined`. */
const copied = <T>(value: T): T =>
  value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);

/** Both ends of one connection: the socket that the client library holds, and what the gateway sees of it. */
export class MockSocket implements ClientSocket, LiveSocket {
  id: string | undefined;
  active = false;
  /** The person who is connected. */
  actor: Actor | undefined;
  readonly watching = new Set<string>();
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly unanswered = new Set<(reason: Error) => void>();
  private up: Wire | undefined;
  private down: Wire | undefined;
  private attempt = 0;

  constructor(
    private readonly world: World,
    private readonly auth: GiveAuth,
  ) {}

  get connected(): boolean {
    return this.actor !== undefined;
  }

  connect(): this {
    if (this.active) return this;
    this.active = true;
    this.attempt += 1;
    const { attempt } = this;
    this.auth((given) => {
      void this.world.clock.passed(this.world.latencyMs).then(() => {
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
    return { emitWithAck: (event, payload) => this.request(event, payload, ms) };
  }

  /** Delivers an event of the gateway to this socket. */
  hear<Name extends ServerEventName>(event: Name, payload: ServerEvents[Name]): void {
    const sent = copied(payload);
    this.down?.send(event, () => this.emit(event, sent));
  }

  /** Ends it from the gateway's side; earlier events still arrive. */
  revoke(reason: ServerEvents['session:revoked']['reason']): void {
    this.hear('session:revoked', { reason });
    this.down?.send('session:revoked', () => this.end('io server disconnect'));
  }

  /** Breaks the line: both ends notice, and packets on their way are lost. */
  end(reason: string): void {
    const { actor, id } = this;
    this.active = false;
    this.attempt += 1;
    if (!actor || id === undefined) return;
    this.actor = undefined;
    this.id = undefined;
    this.up?.cut();
    this.down?.cut();
    this.watching.clear();
    for (const reject of this.unanswered) reject(new Error('socket has been disconnected'));
    this.unanswered.clear();
    this.world.leave(id, actor.userId);
    this.emit('disconnect', reason);
  }

  private shakeHands(auth: object): void {
    try {
      const actor = admit(this.world, auth as Record<string, unknown>);
      this.id = this.world.nextId('socket');
      this.actor = { ...actor, socketId: this.id };
      this.up = new Wire(this.world);
      this.down = new Wire(this.world);
    } catch (error) {
      this.active = false;
      this.emit('connect_error', asConnectError(error as Error));
      return;
    }
    this.emit('connect', undefined);
    if (this.actor) this.world.enter(this, this.actor);
  }

  private request(event: string, payload: unknown, withinMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const { actor, up, down } = this;
      if (!actor || !up || !down) {
        reject(new Error('not connected'));
        return;
      }
      const patience = this.world.clock.after(withinMs, () => settle(reject, timedOut()));
      const cutOff = (reason: Error) => settle(reject, reason);
      const settle = <T>(how: (value: T) => void, value: T) => {
        this.world.clock.cancel(patience);
        this.unanswered.delete(cutOff);
        how(value);
      };
      this.unanswered.add(cutOff);
      const name = event as ClientEventName;
      const sent = copied(payload);
      up.send(name, () => {
        const answer = copied(this.answer(actor, name, sent));
        down.send(`ack:${name}`, () => settle(resolve, answer));
      });
    });
  }

  private answer(actor: Actor, event: ClientEventName, payload: unknown): unknown {
    try {
      this.world.faults.mustNotRefuse(event);
      return { ok: true, data: runEvent(this.world, actor, event, payload) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message, retryable, details } = error;
      const { retryAfterMs, errors, current } = details;
      const more = errors || current !== undefined ? { details: { errors, current } } : {};
      return { ok: false, error: { code, message, retryable, retryAfterMs, ...more } };
    }
  }

  private emit(event: string, payload: unknown): void {
    for (const listener of [...(this.listeners.get(event) ?? [])]) listener(payload as never);
  }
}

const timedOut = () => new Error('operation has timed out');

function asConnectError(error: Error): Error {
  if (!(error instanceof Refusal)) return error;
  const { code, retryable, message, details } = error;
  const { errors, retryAfterMs } = details;
  const data = { code, retryable, retryAfterMs, ...(errors ? { details: { errors } } : {}) };
  return Object.assign(new Error(message), { data });
}

/**
 * One direction of one connection. Packets arrive in the order in which they were sent, each after the latency, unless
 * a fault changes that; after `cut` nothing arrives.
 */
class Wire {
  private tail: Promise<unknown> = Promise.resolve();
  private overtaken: (() => void)[] = [];
  private open = true;

  constructor(private readonly world: World) {}

  send(kind: PacketKind, arrive: () => void): void {
    const fate = this.world.faults.fateOf(kind);
    if (fate === 'lost') return;
    if (fate === 'overtaken') {
      this.overtaken.push(arrive);
      return;
    }
    this.queue(arrive);
    if (fate === 'twice') this.queue(arrive);
    for (const late of this.overtaken.splice(0)) this.queue(late);
  }

  cut(): void {
    this.open = false;
  }

  private queue(arrive: () => void): void {
    // Packets travel side by side, but arrive one after another.
    const way = this.world.clock.passed(this.world.latencyMs);
    this.tail = Promise.all([this.tail, way]).then(() => {
      if (this.open) arrive();
    });
  }
}
