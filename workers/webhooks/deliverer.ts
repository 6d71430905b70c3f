import { Batcher } from '../../src/platform/batcher.js';
import { groupBy } from '../../src/platform/group-by.js';
import type { WorkerContext } from '../../src/context.js';
import type { Answer, Lane, StoredEvent, Webhooks } from '../../src/webhooks/index.js';
import { Loop } from '../loop.js';
import type { Term } from '../relay/term.js';
import type { Endpoint, TryResult } from './endpoint.js';
import { pauseAfter } from './pauses.js';
import { Pressure } from './pressure.js';

interface Deps
  extends
    Pick<WorkerContext, 'clock' | 'log' | 'metrics'>,
    Pick<Webhooks, 'events' | 'lanes' | 'bodies'> {
  endpointStore: Webhooks['endpoint'];
  endpoint: Endpoint;
  term: Term;
  /** The first pause after a failed try, and how long an event is tried at all. */
  retries: { baseMs: number; giveUpMs: number };
}

/** A lane whose events were sent as far as possible. */
interface Sent {
  lane: string;
  delivered: { id: string; answer: Answer }[];
  /** No further event was seen in the lane. */
  empty: boolean;
}

/** How often the deliverer looks for due lanes by itself, in milliseconds. */
const lookEachMs = 500;
/** Events that were taken within this time are marked as delivered together. */
const markEachMs = 5;
const markedAtOnce = 500;
/** Events of one lane that are read at once. */
const perLane = 8;
/** Statuses that are about the body, which will not be taken at another time either. */
const refusesBody = new Set([400, 413, 422]);
/** An event refused with one of these is given up after so many tries, within a minute or two … */
const triesOfRefused = 5;
/** … unless so many events in a row were refused: then the receiver itself is wrong, about its secret for example. */
const refusedInARowMax = 3;

/**
 * Sends the events of each lane one after another, and different lanes at the same time. An event that cannot be sent
 * holds up the events behind it for about a day, or for a minute when only its body is refused. Then it is dead and the
 * next event is sent: one bad event leaves a gap and stops nothing.
 * When the worker dies between the receiver's answer and the mark, the event is sent once more.
 */
export class Deliverer extends Loop {
  private readonly sending = new Map<string, Promise<void>>();
  private readonly pressure: Pressure;
  private readonly marks = new Batcher<Sent>({
    windowMs: markEachMs,
    max: markedAtOnce,
    write: (sent) => this.mark(sent),
  });
  private disabled = true;
  /** Events in a row that were given up for their body, since the receiver last took one. */
  private refusedInARow = 0;
  /** Called when something may be due. */
  wake: () => void = () => undefined;

  constructor(private readonly deps: Deps) {
    super();
    this.pressure = new Pressure(deps.retries.baseMs);
  }

  /** Ends after the requests that are under way. */
  override async stop(): Promise<void> {
    const stopped = super.stop();
    this.wake();
    await stopped;
    await Promise.all(this.sending.values());
  }

  protected override get goesOn(): boolean {
    return super.goesOn && this.deps.term.held;
  }

  private get now(): number {
    return this.deps.clock().getTime();
  }

  protected async turn(): Promise<void> {
    // Made before it looks: what becomes due meanwhile is not overheard.
    const woken = this.untilWoken();
    try {
      await this.takeUp();
    } catch (error) {
      this.deps.log.warn(
        { reason: (error as Error).message },
        'webhook events could not be read: the worker looks again',
      );
    }
    await woken;
  }

  private untilWoken(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, lookEachMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Begins to send as many due lanes as allowed now. */
  private async takeUp(): Promise<void> {
    if (this.disabled) this.disabled = (await this.deps.endpointStore.disabledAt()) !== null;
    this.deps.metrics.webhookDisabled.set(this.disabled ? 1 : 0);
    const free = this.pressure.free(this.sending.size, this.now);
    if (this.disabled || free <= 0) return;
    const { events, lanes, clock, bodies } = this.deps;
    const due = (await lanes.due(clock(), free + this.sending.size))
      .filter(({ id }) => !this.sending.has(id))
      .slice(0, free);
    if (due.length === 0) return;
    const limit = due.length * perLane;
    const found = await events.pendingOf(
      due.map(({ id }) => id),
      limit,
    );
    const bodyOf = await bodies(found);
    for (const lane of due) {
      const own = found.filter((event) => event.lane === lane.id);
      // The limit cut its events off; the next look finds them.
      if (own.length > 0 || found.length < limit) this.send(lane, own, bodyOf);
    }
  }

  private send(lane: Lane, events: StoredEvent[], bodies: Map<string, string>): void {
    const sending = this.sendLane(lane, events, bodies)
      .catch((error: Error) =>
        this.deps.log.warn(
          { reason: error.message },
          'webhook events were not marked as sent or failed',
        ),
      )
      .finally(() => {
        this.sending.delete(lane.id);
        this.wake();
      });
    this.sending.set(lane.id, sending);
  }

  private async sendLane(
    lane: Lane,
    events: StoredEvent[],
    bodies: Map<string, string>,
  ): Promise<void> {
    // With fewer there was no other in the lane.
    const all = events.length < perLane;
    const delivered: Sent['delivered'] = [];
    let { tries } = lane;
    let held = false;
    for (const event of events.slice(0, perLane)) {
      held = !this.goesOn || this.disabled;
      if (held) break;
      const outcome = await this.trySend(event, bodies.get(event.id));
      if (outcome?.kind === 'taken') delivered.push({ id: event.id, answer: outcome.answer });
      else if (outcome) held = await this.holdsBack({ ...lane, tries }, event, outcome);
      if (held) break;
      tries = 0;
    }
    if (!held && !all && lane.tries > 0) await this.deps.lanes.putOff({ ...lane, tries: 0 });
    await this.marks.do({ lane: lane.id, delivered, empty: all && !held });
  }

  /** Null: what the event is about no longer exists. */
  private async trySend(event: StoredEvent, body: string | undefined): Promise<TryResult | null> {
    if (body === undefined) {
      await this.giveUp(event, { at: this.deps.clock(), status: null, detail: 'gone meanwhile' });
      return null;
    }
    const outcome = await this.deps.endpoint.send(event.id, body);
    const { metrics } = this.deps;
    const { type } = event;
    metrics.webhooks.inc({ type, outcome: outcome.kind });
    if (outcome.kind !== 'taken') return outcome;
    this.pressure.taken();
    this.refusedInARow = 0;
    metrics.webhookLag.observe({ type }, (this.now - event.at.getTime()) / 1_000);
    return outcome;
  }

  /** False when the event was tried long enough and is given up, so that the next one can be sent. */
  private async holdsBack(lane: Lane, event: StoredEvent, outcome: TryResult): Promise<boolean> {
    const { events, lanes, retries } = this.deps;
    if (outcome.kind === 'gone') await this.disable();
    if (outcome.kind === 'failed') {
      this.pressure.failed(lane.id, this.now);
      const leftMs = event.queuedAt.getTime() + retries.giveUpMs - this.now;
      const tries = lane.tries + 1;
      const refused = tries >= triesOfRefused && this.refusesThisBody(outcome.answer);
      if (refused) this.refusedInARow += 1;
      if (refused || leftMs <= 0) {
        await this.giveUp(event, outcome.answer);
        return false;
      }
      const { retryAfterMs } = outcome;
      const grown = pauseAfter(tries, { ...retries, retryAfterMs, random: Math.random() });
      // The last try comes no later than the end, so the events behind it do not wait for a longer pause.
      const pause = Math.max(retryAfterMs ?? 0, Math.min(grown, leftMs));
      await lanes.putOff({ id: lane.id, dueAt: new Date(this.now + pause), tries });
    }
    await events.failed(event.id, outcome.answer, 'pending');
    return true;
  }

  private refusesThisBody({ status }: Answer): boolean {
    return status !== null && refusesBody.has(status) && this.refusedInARow < refusedInARowMax;
  }

  private async giveUp(event: StoredEvent, answer: Answer): Promise<void> {
    const { id, type, lane } = event;
    await this.deps.events.failed(id, answer, 'dead');
    this.deps.metrics.webhooks.inc({ type, outcome: 'dead' });
    this.deps.log.error({ id, type, lane, ...answer }, 'a webhook event was given up');
  }

  private async disable(): Promise<void> {
    this.disabled = true;
    this.deps.metrics.webhookDisabled.set(1);
    await this.deps.endpointStore.disable(this.deps.clock());
    this.deps.log.error(
      'the webhook endpoint answered 410: nothing is sent any more until POST /v1/admin/webhooks/enable',
    );
  }

  private async mark(sent: Sent[]): Promise<void> {
    const { events, lanes, clock } = this.deps;
    const delivered = sent.flatMap((one) => one.delivered);
    for (const group of groupBy(delivered, ({ answer }) => answer.status).values())
      await events.delivered(
        group.map(({ id }) => id),
        group.at(-1)!.answer,
      );
    const empty = sent.filter((one) => one.empty).map(({ lane }) => lane);
    if (empty.length === 0) return;
    await lanes.close(empty);
    // Events stored since the last read found their lane open and did not open it, so it is opened here.
    await lanes.open(await events.lanesWithPending(empty), clock());
  }
}
