import type { StreamPlace } from './place.store.js';

interface Batch {
  place: StreamPlace;
  left: number;
  /** Held work, so the place behind it is worth a write at once. */
  worked: boolean;
}

/** The stretch of the log that is being worked on, in its order. The place moves over finished batches only. */
export class UnderWay {
  private readonly batches: Batch[] = [];
  private entries = 0;

  /** Entries that are not done. */
  get size(): number {
    return this.entries;
  }

  /** `count` entries that end at `place`. Call what it returns once for each that is done. */
  add(place: StreamPlace, count: number): () => void {
    const last = this.batches.at(-1);
    // A quiet log moves its place on without a batch for every look.
    if (last && count === 0 && last.left === 0) last.place = place;
    const batch = { place, left: count, worked: count > 0 };
    if (!last || count > 0 || last.left > 0) this.batches.push(batch);
    this.entries += count;
    return () => {
      batch.left -= 1;
      this.entries -= 1;
    };
  }

  /** The place behind all that was done from the start on, once; undefined when it hasn't moved. */
  settle(): { place: StreamPlace; worked: boolean } | undefined {
    const open = this.batches.findIndex((batch) => batch.left > 0);
    const done = this.batches.splice(0, open < 0 ? this.batches.length : open);
    const last = done.at(-1);
    return last && { place: last.place, worked: done.some((batch) => batch.worked) };
  }
}
