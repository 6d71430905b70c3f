import { setTimeout as wait } from 'node:timers/promises';
import {
  deliveriesOf,
  type DecisionKey,
  type Outcome,
  type PushJob,
  type Settled,
} from '../../src/notifications/index.js';
import { Batcher } from '../../src/platform/batcher.js';
import { createChangedUpdate } from './changed-update.js';
import { claimSends } from './claim-sends.js';
import { judge, type PushResult } from './judge.js';
import type { ProviderAnswer, PushProvider } from './provider.js';
import type { PushParts } from './push-parts.js';
import {
  lookAgain,
  type ClaimedSend,
  type Look,
  type LookRequest,
  type Send,
} from './second-look.js';
import { createSilentUpdate } from './silent-update.js';
import type { Sound } from './sound.js';

/** What the queue knows of a job. */
export interface Run {
  /** When it was added, in milliseconds. */
  since: number;
  /** How often the job was begun, including now and the times when it only waited. */
  starts: number;
  /** true: this is the last try. */
  last: boolean;
}

/** Jobs that come within this time are looked at together; a push has waited for seconds by then. */
const windowMs = 100;
const lookedAtOnce = 200;
const writtenAtOnce = 500;
/** An older claim is not used any more, because the provider needs the rest of its time to answer. */
const claimUsedMs = 5_000;
/** A device that a silent update does not reach by then gets a later one. */
const silentLifeMs = 10 * 60_000;

/** By then the provider has answered. */
const changeLaterMs = 2_000;

/** An election in MongoDB takes less time. The job keeps its lock meanwhile, so no other worker takes it. */
const keepTries: number = 20;
const keepEachMs = 1_000;

interface Write {
  settled?: Settled;
  /** Keys of devices: to be forgotten, and what is known of whether they can be reached. */
  gone?: string;
  unreached?: string;
  reached?: string;
  outcomes?: (DecisionKey & { is: Outcome; at: Date })[];
}

/** Takes a job from its ids to its outcome. Reads and writes of many jobs go together. */
export class SendPush {
  private readonly look = new Batcher<LookRequest, Look>({
    windowMs,
    max: lookedAtOnce,
    write: (asked) => this.lookAndClaim(asked),
  });
  private readonly write = new Batcher<Write>({
    windowMs,
    max: writtenAtOnce,
    write: (writes) => this.store(writes),
  });
  private readonly silentUpdate;
  private readonly changedUpdate;

  constructor(private readonly deps: PushParts & { sound: Sound; providers: PushProvider[] }) {
    this.silentUpdate = createSilentUpdate(deps);
    this.changedUpdate = createChangedUpdate(deps);
  }

  /** Rejects when a dependency is away. */
  async send(job: PushJob, run: Run): Promise<PushResult> {
    switch (job.kind) {
      case 'entry': {
        const { recipientId, held = false } = job;
        const asked = { recipientId, entries: [job], prefix: deliveriesOf(job) };
        const tell = () => this.tell(asked, { told: 'sent', noted: held }, run);
        const { trace: parent } = job;
        return parent ? this.deps.tracing.span('push', tell, { kind: 'consumer', parent }) : tell();
      }
      case 'digest': {
        const { recipientId, until } = job;
        const entries = await this.deps.decisions.inDigest(recipientId, until);
        if (entries.length === 0) return { is: 'done', outcome: 'digested' };
        const asked = { recipientId, entries, prefix: deliveriesOf(job) };
        return this.tell(asked, { told: 'digested', noted: true }, run);
      }
      case 'silent':
        return this.change(await this.silentUpdate(job), run);
      case 'changed': {
        const sends = await this.changedUpdate(job);
        if (sends === 'later')
          return { is: 'wait', ms: changeLaterMs, detail: 'it is being told right now' };
        return this.change(sends, run);
      }
    }
  }

  /**
   * `noted`: the decision records that the person was told, because something waits for it. Otherwise the deliveries say
   * so; to change every decision would be a large part of what pushes cost the database.
   */
  private async tell(
    asked: LookRequest,
    { told, noted }: { told: Outcome; noted: boolean },
    run: Run,
  ): Promise<PushResult> {
    const { parts, dropped, over, ...look } = await this.look.do(asked);
    const answers = await Promise.all(look.sends.map((one) => this.sendClaimed(one, look)));
    const at = this.deps.clock();
    const result: PushResult =
      parts.length === 0
        ? { is: 'done', outcome: dropped.at(-1)?.is ?? 'gone' }
        : judge({ over, ...look }, answers, { told, ...run, now: at });
    // Once one device has shown it, the person was told, whatever becomes of the others.
    const shown = over.includes('sent') || answers.some(({ kind }) => kind === 'taken');
    const is = shown ? noted && told : result.is === 'done' && result.outcome;
    const outcomes = [...dropped, ...(is ? parts.map(({ key }) => ({ ...key, is })) : [])];
    if (outcomes.length > 0)
      await this.write.do({ outcomes: outcomes.map((one) => ({ ...one, at })) });
    return result;
  }

  private async lookAndClaim(asked: LookRequest[]): Promise<Look[]> {
    const now = this.deps.clock();
    const looks = await lookAgain(this.deps, asked, now);
    const open = looks.filter(({ parts, devices }) => parts.length > 0 && devices.length > 0);
    if (open.length > 0) await claimSends(this.deps, open, now);
    return looks;
  }

  private async sendClaimed(
    { claim, ...send }: ClaimedSend,
    { writtenAt }: Pick<Look, 'writtenAt'>,
  ): Promise<ProviderAnswer> {
    const startedAt = this.deps.clock();
    // The process stood still since it claimed, so another worker may hold the claim by now.
    if (startedAt.getTime() - claim.at.getTime() > claimUsedMs) {
      await this.write.do({ settled: claim });
      return { kind: 'wait', ms: 0, detail: 'the claim is too old', reason: 'full' };
    }
    const answer = await this.ask(send);
    const at = this.deps.clock();
    const ms = at.getTime() - startedAt.getTime();
    const detail = 'detail' in answer ? { detail: answer.detail } : {};
    const attempt = { kind: answer.kind, ms, at, ...detail };
    await this.keep({ settled: { ...claim, attempt }, ...devicesAfter(answer, send.device) });
    if (answer.kind === 'taken')
      this.deps.metrics.pushSeconds.observe(
        {},
        (at.getTime() - writtenAt.getTime()) / 1_000,
        this.deps.tracing.here(),
      );
    return answer;
  }

  /** Records answers, also while the database is away for a moment: a push that is not recorded would ring again. */
  private async keep(write: Write): Promise<void> {
    for (let left = keepTries; ; left -= 1) {
      try {
        return await this.write.do(write);
      } catch (error) {
        if (left === 0) throw error;
        await wait(keepEachMs);
      }
    }
  }

  /** Removes or replaces what devices show. Takes no claim, because sending it twice does no harm. */
  private async change(sends: Send[], run: Run): Promise<PushResult> {
    const answers = await Promise.all(sends.map((one) => this.ask(one)));
    const notes = sends.map(({ device }, index) => devicesAfter(answers[index]!, device));
    await Promise.all(
      notes.filter((one) => Object.keys(one).length > 0).map((one) => this.write.do(one)),
    );
    const look = { over: [], heldMs: undefined, endsAt: new Date(run.since + silentLifeMs) };
    const result = judge(look, answers, { told: 'sent', ...run, now: this.deps.clock() });
    // Worth a wait but no dead letter: the next notification sets the badge anyway.
    return result.is === 'again' || result.is === 'dead' ? { is: 'done', outcome: 'dead' } : result;
  }

  private async ask({ device, notification }: Send): Promise<ProviderAnswer> {
    const { provider: name } = device;
    const provider = this.deps.providers.find((one) => one.name === name);
    if (!provider) return { kind: 'refused', detail: `no provider ${name} is set up` };
    const stop = this.deps.metrics.providerSeconds.startTimer({ provider: name });
    const send = () => provider.send(device, notification);
    const traced = this.deps.tracing.here() !== undefined;
    const answer = await (traced
      ? this.deps.tracing.span(`push ${name}`, send, { kind: 'client' })
      : send());
    stop();
    this.deps.metrics.providerAnswers.inc({ provider: name, kind: answer.kind });
    return answer;
  }

  private async store(writes: Write[]): Promise<void> {
    const { deliveries, decisions, devices } = this.deps;
    const gone = writes.flatMap((one) => one.gone ?? []);
    const reached = writes.flatMap((one) => one.reached ?? []);
    const unreached = writes.flatMap((one) => one.unreached ?? []);
    await Promise.all([
      deliveries.settle(writes.flatMap(({ settled }) => settled ?? [])),
      decisions.outcomes(writes.flatMap(({ outcomes }) => outcomes ?? [])),
      ...(gone.length > 0 ? [devices.forget(gone)] : []),
      ...(reached.length > 0 ? [devices.reached(reached)] : []),
      ...(unreached.length > 0 ? [devices.unreached(unreached, this.deps.clock())] : []),
    ]);
  }
}

/** What an answer says about the device itself. */
function devicesAfter(
  answer: ProviderAnswer,
  { key, unreachedSince }: Send['device'],
): Pick<Write, 'gone' | 'reached' | 'unreached'> {
  if (answer.kind === 'gone') return { gone: key };
  if (answer.kind === 'failed' && answer.whom === 'device') return { unreached: key };
  return answer.kind === 'taken' && unreachedSince ? { reached: key } : {};
}
