/** One queue per class of notification, so that a flood of one never delays another. */
export const pushQueueNames = ['chat', 'transactional', 'bulk'] as const;
export type PushQueueName = (typeof pushQueueNames)[number];

/** Where pushes lie that nobody tries again by itself: kept for fourteen days, put back by hand. */
export const deadQueueName = 'dead';

/** Ids only: job data is clear text in Redis. The worker loads what it needs and decides again. */
export type PushJob =
  /** An entry of a conversation for one person. */
  | { kind: 'entry'; conversationId: string; seq: number; recipientId: string }
  /** What was held back for a person up to a moment, in milliseconds. */
  | { kind: 'digest'; recipientId: string; until: number }
  /** What was pushed up to an entry was read on one device, that of `sessionId`: the others take the notification away. */
  | {
      kind: 'silent';
      conversationId: string;
      recipientId: string;
      readSeq: number;
      sessionId?: string;
    };

/** The same push has the same id, however often somebody asks for it. No colon in it, and never digits alone. */
export function jobIdOf(job: PushJob): string {
  switch (job.kind) {
    case 'entry':
      return `${job.conversationId}-${job.seq}-${job.recipientId}`;
    case 'digest':
      return `digest-${job.recipientId}-${job.until}`;
    case 'silent':
      return `silent-${job.conversationId}-${job.readSeq}-${job.recipientId}`;
  }
}
