import type { ReviewedDeal } from './review.js';

/** What deals tell about a person. */
export interface DealRecord {
  /** Completed, ever. */
  sold: number;
  bought: number;
  /** What this person broke since the time asked for. */
  broken: { kind: 'noShow' | 'lateCancel'; at: Date }[];
}

/** What reviews ask of deals, which know reviews too: so it comes from outside. */
export interface DealRecords {
  get: (id: string) => Promise<(ReviewedDeal & { listingId: string }) | null>;
  recordOf: (userId: string, since: Date) => Promise<DealRecord>;
}
