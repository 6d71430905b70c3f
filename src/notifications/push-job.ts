import { hash } from 'node:crypto';

/** One queue per class of notification, so that a flood of one never delays another. */
export const pushQueueNames = ['chat', 'transactional', 'bulk'] as const;
export type PushQueueName = (typeof pushQueueNames)[number];

/** Where pushes lie that nobody tries again by itself: kept for fourteen days, put back by hand. */
export const deadQueueName = 'dead';

/** Ids only: job data is clear text in Redis. The worker loads what it needs and decides again. */
export type PushJob =
  /**
   * An entry of a conversation for one person; `held`: its time came later, so somebody waits to hear what came of it;
   * `trace`: what it belongs to, where its sending is traced.
   */
  | {
      kind: 'entry';
      conversationId: string;
      seq: number;
      recipientId: string;
      held?: true;
      trace?: string;
    }
  /** What was held back for a person and released together at a moment, in milliseconds. */
  | { kind: 'digest'; recipientId: string; until: number }
  /** What was pushed up to an entry was read on one device, that of `sessionId`: the others take the notification away. */
  | {
      kind: 'silent';
      conversationId: string;
      recipientId: string;
      readSeq: number;
      sessionId?: string;
    }
  /** An entry that a person was told of was edited or taken back, by the later entry `changedBy`. */
  | {
      kind: 'changed';
      conversationId: string;
      recipientId: string;
      seq: number;
      changedBy: number;
    };

/** Of a push of an entry. */
type EntryPush = Extract<PushJob, { kind: 'entry' }>;

/**
 * Pushes that fell due together, as one job: a job of its own for each costs the queue more than all the rest of the
 * push. What of it is not done at once goes on by itself, under its own id.
 */
export interface Bundle {
  kind: 'bundle';
  entries: Omit<EntryPush, 'kind'>[];
}

export const bundleSize = 50;

/** The pushes that a job holds. */
export const pushesIn = (job: PushJob | Bundle): PushJob[] =>
  job.kind === 'bundle' ? job.entries.map((one) => ({ kind: 'entry', ...one })) : [job];

/** What falls due together in bundles; a few stay by themselves, where an operator finds each. */
export function bundled(jobs: readonly PushJob[]): (PushJob | Bundle)[] {
  const entries = jobs.filter((job): job is EntryPush => job.kind === 'entry');
  if (entries.length < bundleSize) return [...jobs];
  const bundles: (PushJob | Bundle)[] = jobs.filter(({ kind }) => kind !== 'entry');
  for (let at = 0; at < entries.length; at += bundleSize)
    bundles.push({
      kind: 'bundle',
      entries: entries.slice(at, at + bundleSize).map(({ kind: _, ...entry }) => entry),
    });
  return bundles;
}

/** The same push has the same id, however often somebody asks for it. No colon in it, and never digits alone. */
export function jobIdOf(job: PushJob | Bundle): string {
  switch (job.kind) {
    case 'bundle':
      return `bundle-${hash('sha256', pushesIn(job).map(jobIdOf).join(), 'base64url').slice(0, 22)}`;
    case 'entry':
      return `${job.conversationId}-${job.seq}-${job.recipientId}`;
    case 'digest':
      return `digest-${job.recipientId}-${job.until}`;
    case 'silent':
      return `silent-${job.conversationId}-${job.readSeq}-${job.recipientId}`;
    case 'changed':
      return `changed-${job.conversationId}-${job.changedBy}-${job.recipientId}`;
  }
}

/** With what the ids of the deliveries of a job begin; a job that changes a notification has none. */
export const deliveriesOf = (job: Extract<PushJob, { kind: 'entry' | 'digest' }>): string =>
  job.kind === 'entry'
    ? `${job.conversationId}:${job.seq}:`
    : `digest:${job.recipientId}:${job.until}:`;
