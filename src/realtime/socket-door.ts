import type { Server, Socket } from 'socket.io';
import {
  Refusal,
  clientEvents,
  errorCodes,
  costOf,
  limits,
  type Ack,
  type ErrorCode,
  type ClientEventName,
  type ClientToServer,
  type DataOf,
  type PayloadOf,
  type ServerToClient,
  check,
  refusalFields,
  repeatingId,
} from '../contract/index.js';
import type { Context } from '../context.js';
import type { Actor } from '../platform/actor.js';
import { Allowance, type Budget, type Pace } from '../platform/budget.js';
import { refusalOf } from '../platform/mongo.js';
import { RecentMean } from '../platform/recent-mean.js';
import { Turns, type Passed } from '../platform/turns.js';
import { inRequest } from '../platform/request-scope.js';
import type { RunningSpan } from '../platform/tracing.js';
import { tooLarge } from './frames.js';

export interface SocketData {
  actor: Actor;
  expiresAt: Date;
  /** The key that its token is signed with; see Guard. */
  keyId?: string;
}
export type HaggleServer = Server<ClientToServer, ServerToClient, object, SocketData>;
export type HaggleSocket = Socket<ClientToServer, ServerToClient, object, SocketData>;

export type EventHandler<N extends ClientEventName> = (
  actor: Actor,
  payload: PayloadOf<N>,
  socket: HaggleSocket,
  /** For events that overlap: nothing that comes later can overtake this one any more. */
  passed: Passed,
) => Promise<DataOf<N>>;

/** Events of one socket under way; one that floods waits for itself and not the others for it. */
const underWayMax = 64;

/** Events that change more than a conversation: lists show it, and may be read where a change arrives later. */
const changesLists = new Set(['conversation:open', 'offer:make', 'offer:respond']);

/** Called after each answer to a socket that is refused; whether that was `DRAINING`. */
type Answered = (draining: boolean) => void;

/** What one socket does. */
interface Activity {
  /** Its events that are not answered yet. */
  underWay: number;
  /** All of its events so far. */
  asked: number;
  /** No new event is taken; see {@link SocketDoor.refuse}. */
  refused: Answered | undefined;
}

const busy = () =>
  new Refusal('RATE_LIMITED', 'Too much at once on this socket', { retryAfterMs: 200 });

type AnyHandler = (
  actor: Actor,
  payload: unknown,
  socket: HaggleSocket,
  passed: Passed,
) => Promise<unknown>;

/** Asked before anything is done for an event, since most events are refused when there are far too many. */
type WaitMs = (conversationId: string) => number;

interface Registered {
  handle: AnyHandler;
  inTurn: boolean;
  overlaps: boolean;
  waitMs?: WaitMs | undefined;
  /** What it takes, in ms, from its turn to its answer, unless it is refused. */
  usualMs: RecentMean;
}

interface Asked {
  socket: HaggleSocket;
  activity: Activity;
  /** What the socket has spent. */
  allowance: Allowance;
  event: string;
  registered: Registered | undefined;
  payload: unknown;
  /** Its trace, as the client named it beside the payload. */
  caller: string | undefined;
  ack: ((answer: Ack<unknown>) => void) | undefined;
  /** When it was read, by `performance.now`. */
  readAt: number;
  /** Of the socket's events, from 1. */
  number: number;
}

const ignored: Passed = () => undefined;

/**
 * Mounts commands on socket events: validates by the contract, checks who may call, calls, acknowledges. No rule of the
 * product lives here.
 */
export class SocketDoor {
  private readonly handlers = new Map<string, Registered>();
  private readonly activities = new WeakMap<HaggleSocket, Activity>();

  private readonly socketPace: Pace;

  constructor(
    private readonly context: Context,
    private readonly deps: {
      verified: { mustBeVerified(userId: string): Promise<void> | undefined };
      budget: Budget;
    },
  ) {
    const { perSecond, burst } = context.config.points;
    // So that one device that runs wild leaves something to the others of the same person.
    this.socketPace = { perSecond: perSecond / 2, burst: burst / 2 };
  }

  on<N extends ClientEventName>(event: N, handle: EventHandler<N>): this {
    return this.register(event, handle, { inTurn: false, overlaps: false });
  }

  /**
   * Like `on`, but a socket's events for one conversation are handled one after another: checks take different times,
   * and what was said first must not come second. `overlaps`: the handler calls `passed` when its place is certain, and
   * the next of its kind may begin before it has ended. `waitMs`: how long it will probably wait beyond its turn.
   */
  inTurn<N extends ClientEventName>(
    event: N,
    handle: EventHandler<N>,
    { overlaps = false, waitMs }: { overlaps?: boolean; waitMs?: WaitMs } = {},
  ): this {
    return this.register(event, handle, { inTurn: true, overlaps, waitMs });
  }

  private register<N extends ClientEventName>(
    event: N,
    handle: EventHandler<N>,
    how: Pick<Registered, 'inTurn' | 'overlaps' | 'waitMs'>,
  ): this {
    this.handlers.set(event, { handle: handle as AnyHandler, ...how, usualMs: new RecentMean() });
    return this;
  }

  /** Throws when the contract names an event that nobody answers: found at the start, and not by the first client. */
  mustBeComplete(): void {
    const missing = Object.keys(clientEvents).filter((event) => !this.handlers.has(event));
    if (missing.length > 0) throw new Error(`no handler for the events ${missing.join(', ')}`);
  }

  /**
   * From now on each new event of this socket is answered `DRAINING`; what is under way is finished. `answered` is
   * called after each answer of either kind.
   */
  refuse(socket: HaggleSocket, answered: Answered): void {
    this.activity(socket).refused = answered;
  }

  activity(socket: HaggleSocket): Activity {
    const activity = this.activities.get(socket) ?? { underWay: 0, asked: 0, refused: undefined };
    this.activities.set(socket, activity);
    return activity;
  }

  /** Listens to one socket; whatever it sends, only its own acknowledgement is answered. */
  attach(socket: HaggleSocket): void {
    const turns = new Turns();
    const allowance = new Allowance();
    const activity = this.activity(socket);
    // As a middleware that ends every event here: Socket.IO would look for listeners of each, and has none.
    socket.use(([event, ...args]: [string, ...unknown[]]) => {
      // Socket.IO hands on what was read together with the disconnect before it.
      if (!socket.connected) return;
      const last = args.at(-1);
      const ack = typeof last === 'function' ? (last as (answer: Ack<unknown>) => void) : undefined;
      const payload = ack && args.length === 1 ? undefined : args[0];
      const caller = this.context.tracing.on ? traceparentIn(args) : undefined;
      const registered = this.handlers.get(event);
      // Who gave no callback could not be told what became of it: nothing durable is done then.
      if (!ack && event !== 'typing:set') {
        this.context.metrics.events.inc({ event: 'no-callback', code: 'VALIDATION_FAILED' });
        return;
      }
      const lane = registered?.inTurn ? laneOf(payload) : undefined;
      // What names no conversation has its bound in points.
      const aheadMs = lane ? turns.aheadMs(lane) + (registered?.waitMs?.(lane) ?? 0) : 0;
      const why = this.whyNot(activity, aheadMs);
      if (why) {
        ack?.({ ok: false, error: this.describe(why, event) });
        if (why.code === 'UNAVAILABLE')
          this.context.metrics.eventSeconds.observe({ event, outcome: 'failed' }, 0);
        activity.refused?.(true);
        return;
      }
      activity.underWay += 1;
      activity.asked += 1;
      const asked = {
        ...{ socket, activity, allowance, event, registered, payload, caller, ack },
        readAt: performance.now(),
        number: activity.asked,
      };
      if (lane === undefined) void this.answer(asked, ignored);
      else {
        const { usualMs, overlaps } = registered!;
        // How long it waits for those that overlap, too, is known to what they pass into.
        const how = { usualMs: overlaps ? 0 : usualMs.value, overlaps };
        void turns.take(lane, (passed) => this.answer(asked, passed), how);
      }
    });
  }

  /** Why a new event of a socket is not taken, while what is before it will take so many ms. */
  private whyNot({ refused, underWay }: Activity, aheadMs: number): Refusal | undefined {
    if (refused) return new Refusal('DRAINING');
    if (underWay >= underWayMax) return busy();
    if (aheadMs > this.context.config.logQueue.waitMs)
      return new Refusal('UNAVAILABLE', 'Too much waits before it', { retryAfterMs: aheadMs });
    return undefined;
  }

  /** Handles an event as a request of its own in logs and traces. */
  private answer(asked: Asked, passed: Passed): Promise<void> {
    const { socket, registered, number, caller } = asked;
    const event = registered ? asked.event : 'unknown';
    return inRequest(`${socket.id}-${number}`, () =>
      this.context.tracing.span(event, (span) => this.answerIn(span, event, asked, passed), {
        kind: 'server',
        caller,
      }),
    );
  }

  private async answerIn(
    span: RunningSpan,
    event: string,
    asked: Asked,
    passed: Passed,
  ): Promise<void> {
    const { activity, ack, readAt } = asked;
    const { metrics, tracing } = this.context;
    const answer = await this.handled(asked, passed);
    const code = answer.ok ? 'OK' : answer.error.code;
    const outcome = outcomeOf(code);
    span.add({ 'haggle.code': code });
    if (outcome === 'failed') span.failed();
    metrics.events.inc({ event, code });
    metrics.eventSeconds.observe(
      { event, outcome },
      (performance.now() - readAt) / 1_000,
      tracing.here(),
    );
    ack?.(answer);
    activity.underWay -= 1;
    activity.refused?.(false);
  }

  private async handled(asked: Asked, passed: Passed): Promise<Ack<unknown>> {
    const { allowance, event, registered, payload } = asked;
    const since = performance.now();
    try {
      const cost = costOf(event);
      if (cost > 0) allowance.take(cost, this.socketPace);
      if (payload === tooLarge)
        throw new Refusal('PAYLOAD_TOO_LARGE', `A frame holds at most ${limits.frameBytes} bytes`);
      if (!registered) throw new Refusal('VALIDATION_FAILED', 'There is no such event');
      const { payload: schema, data } = clientEvents[event as ClientEventName];
      const input = check(schema, payload === undefined ? {} : payload, '');
      const done = await this.work(asked, registered, input, passed);
      registered.usualMs.note(performance.now() - since);
      return { ok: true, data: repeatingId(data, input, done) };
    } catch (error) {
      return { ok: false, error: this.describe(error, event) };
    }
  }

  /** Calls the command, and bounds what the person has it do. What is known is not waited for. */
  private work(
    { socket, event }: Asked,
    { handle }: Registered,
    input: unknown,
    passed: Passed,
  ): Promise<unknown> {
    const { actor } = socket.data;
    const { access } = clientEvents[event as ClientEventName];
    const command = () =>
      this.context.tracing.span(`command ${event}`, () => handle(actor, input, socket, passed));
    const work = () => {
      const proof =
        access === 'verified' ? this.deps.verified.mustBeVerified(actor.userId) : undefined;
      return proof ? proof.then(command) : command();
    };
    const done = this.deps.budget.spend(actor.userId, costOf(event), work);
    if (!changesLists.has(event)) return done;
    return done.finally(() => this.context.recentWrites.note(actor.userId));
  }

  private describe(error: unknown, event: string): (Ack<unknown> & { ok: false })['error'] {
    const refusal = refusalOf(error, (err) =>
      this.context.log.error({ err, event }, 'unexpected error'),
    );
    return { message: refusal.message, ...refusalFields(refusal) };
  }
}

/** Whose fault an answer is, if it is one: a rule's or the caller's, or ours. */
const outcomeOf = (code: string): 'ok' | 'refused' | 'failed' =>
  code === 'OK' ? 'ok' : errorCodes[code as ErrorCode].status < 500 ? 'refused' : 'failed';

/** A client may send an object behind the payload, as a request has headers: what it holds is read or ignored. */
function traceparentIn([, beside]: unknown[]): string | undefined {
  const { traceparent } = (beside ?? {}) as { traceparent?: unknown };
  return typeof traceparent === 'string' ? traceparent : undefined;
}

/** Events of one conversation share a lane; what names none shares the socket's own. */
function laneOf(payload: unknown): string {
  const id = (payload as { conversationId?: unknown } | null | undefined)?.conversationId;
  return typeof id === 'string' ? id : '';
}
