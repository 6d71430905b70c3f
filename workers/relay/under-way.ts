import type { StreamPlace } from './place.store.js';

interface Batch {
  place: StreamPlace;
  left: number;
  /** It contained work, so the place behind it is worth storing at once. */
  worked: boolean;
}

/** The batches of the stream that are being worked on, in order. The place moves only over finished batches. */
export class UnderWay {
  private readonly batches: Batch[] = [];
  private entries = 0;

  /** Number of entries that are not done. */
  get size(): number {
    return this.entries;
  }

  /** Adds `count` entries that end at `place`. Call the returned function once for each entry that is done. */
  add(place: StreamPlace, count: number): () => void {
    const last = this.batches.at(-1);
    // A quiet log moves the place of its last batch instead of adding one for every read.
    if (last && count === 0 && last.left === 0) last.place = place;
    const batch = { place, left: count, worked: count > 0 };
    if (!last || count > 0 || last.left > 0) this.batches.push(batch);
    this.entries += count;
    return () => {
      batch.left -= 1;
      this.entries -= 1;
    };
  }

  /** The place behind all finished batches from the front; undefined when it has not moved since the last call. */
  settle(): { place: StreamPlace; worked: boolean } | undefined {
    const open = this.batches.findIndex((batch) => batch.left > 0);
    const done = this.batches.splice(0, open < 0 ? this.batches.length : open);
    const last = done.at(-1);
    return last && { place: last.place, worked: done.some((batch) => batch.worked) };
  }
}
