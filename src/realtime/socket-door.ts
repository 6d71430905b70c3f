import type { Server, Socket } from 'socket.io';
import {
  Refusal,
  clientEvents,
  costOf,
  type Ack,
  type ClientEventName,
  type ClientToServer,
  type DataOf,
  type PayloadOf,
  type ServerToClient,
} from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { Allowance, type Budget, type Pace } from '../platform/budget.js';
import { check } from '../platform/check.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import { refusalOf } from '../platform/refusal-of.js';

export interface SocketData {
  actor: Actor;
  expiresAt: Date;
}
export type HaggleServer = Server<ClientToServer, ServerToClient, object, SocketData>;
export type HaggleSocket = Socket<ClientToServer, ServerToClient, object, SocketData>;

export type EventHandler<N extends ClientEventName> = (
  actor: Actor,
  payload: PayloadOf<N>,
  socket: HaggleSocket,
) => Promise<DataOf<N>>;

/** Events of one socket under way; one that floods waits for itself and not the others for it. */
const underWayMax = 64;

const busy = () =>
  new Refusal('RATE_LIMITED', 'Too much at once on this socket', { retryAfterMs: 200 });

interface Asked {
  socket: HaggleSocket;
  /** What the socket has spent. */
  allowance: Allowance;
  event: string;
  payload: unknown;
}

type AnyHandler = (actor: Actor, payload: unknown, socket: HaggleSocket) => Promise<unknown>;

/** Mounts commands on socket events: validates by the contract, calls, acknowledges. No rule of the product here. */
export class SocketDoor {
  private readonly handlers = new Map<string, { handle: AnyHandler; inTurn: boolean }>();

  private readonly socketPace: Pace;

  constructor(
    private readonly deps: { budget: Budget; points: Pace; log: Logger; metrics: Metrics },
  ) {
    const { perSecond, burst } = deps.points;
    // So that one device that runs wild leaves something to the others of the same person.
    this.socketPace = { perSecond: perSecond / 2, burst: burst / 2 };
  }

  on<N extends ClientEventName>(event: N, handle: EventHandler<N>): this {
    this.handlers.set(event, { handle: handle as AnyHandler, inTurn: false });
    return this;
  }

  /**
   * Like `on`, but a socket's events for one conversation are handled one after another: checks take different times,
   * and what was said first must not come second.
   */
  inTurn<N extends ClientEventName>(event: N, handle: EventHandler<N>): this {
    this.handlers.set(event, { handle: handle as AnyHandler, inTurn: true });
    return this;
  }

  /** Listens to one socket; whatever it sends, only its own acknowledgement is answered. */
  attach(socket: HaggleSocket): void {
    const turns = new Map<string, Promise<void>>();
    const allowance = new Allowance();
    let underWay = 0;
    socket.onAny((event: string, ...args: unknown[]) => {
      // Socket.IO hands on what was read together with the disconnect before it.
      if (!socket.connected) return;
      const last = args.at(-1);
      const ack = typeof last === 'function' ? (last as (answer: Ack<unknown>) => void) : undefined;
      const payload = ack && args.length === 1 ? undefined : args[0];
      const registered = this.handlers.get(event);
      // Who gave no callback could not be told what became of it: nothing durable is done then.
      if (!ack && event !== 'typing:set') {
        this.deps.metrics.events.inc({ event: 'no-callback', code: 'VALIDATION_FAILED' });
        return;
      }
      if (underWay >= underWayMax) {
        ack?.({ ok: false, error: this.describe(busy(), event) });
        return;
      }
      underWay += 1;
      const handle = () =>
        this.answer({ socket, allowance, event, payload }, registered?.handle, ack).finally(() => {
          underWay -= 1;
        });
      if (!registered?.inTurn) {
        void handle();
        return;
      }
      const lane = laneOf(payload);
      const turn = (turns.get(lane) ?? Promise.resolve()).then(handle);
      turns.set(lane, turn);
      void turn.then(() => {
        if (turns.get(lane) === turn) turns.delete(lane);
      });
    });
  }

  private async answer(
    { socket, allowance, event, payload }: Asked,
    handle: AnyHandler | undefined,
    ack: ((answer: Ack<unknown>) => void) | undefined,
  ): Promise<void> {
    let answer: Ack<unknown>;
    try {
      const cost = costOf(event);
      if (cost > 0) allowance.take(cost, this.socketPace);
      if (!handle) throw new Refusal('VALIDATION_FAILED', 'There is no such event');
      const schema = clientEvents[event as ClientEventName].payload;
      const input = check(schema, payload === undefined ? {} : payload, '');
      const { actor } = socket.data;
      const work = () => handle(actor, input, socket);
      answer = { ok: true, data: await this.deps.budget.spend(actor.userId, cost, work) };
    } catch (error) {
      answer = { ok: false, error: this.describe(error, event) };
    }
    this.deps.metrics.events.inc({
      event: handle ? event : 'unknown',
      code: answer.ok ? 'OK' : answer.error.code,
    });
    ack?.(answer);
  }

  private describe(error: unknown, event: string): (Ack<unknown> & { ok: false })['error'] {
    const refusal = refusalOf(error, (err) =>
      this.deps.log.error({ err, event }, 'unexpected error'),
    );
    const { errors, current, retryAfterMs } = refusal.details;
    return {
      code: refusal.code,
      message: refusal.message,
      retryable: refusal.retryable,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs: Math.ceil(retryAfterMs) }),
      ...(errors || current !== undefined
        ? {
            details: {
              ...(errors ? { errors } : {}),
              ...(current === undefined ? {} : { current }),
            },
          }
        : {}),
    };
  }
}

/** Events of one conversation share a lane; what names none shares the socket's own. */
function laneOf(payload: unknown): string {
  const id = (payload as { conversationId?: unknown } | null | undefined)?.conversationId;
  return typeof id === 'string' ? id : '';
}
