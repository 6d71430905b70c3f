/** Keeps items by due time, in slots of time: adding and taking cost the same however many there are. */
export class DueQueue<T> {
  private readonly slots = new Map<number, T[]>();

  constructor(private readonly slotMs: number) {}

  /** Adds an item that falls due at `time`, or up to a slot later. */
  add(item: T, time: number): void {
    const slot = Math.ceil(time / this.slotMs);
    const items = this.slots.get(slot);
    if (items) items.push(item);
    else this.slots.set(slot, [item]);
  }

  /** Takes up to `limit` of what is due, the earliest slots first. */
  take(now: number, limit: number): T[] {
    const taken: T[] = [];
    for (const slot of [...this.slots.keys()].sort((a, b) => a - b)) {
      if (slot * this.slotMs > now || taken.length >= limit) break;
      const items = this.slots.get(slot)!;
      taken.push(...items.splice(0, limit - taken.length));
      if (items.length === 0) this.slots.delete(slot);
    }
    return taken;
  }

  clear(): void {
    this.slots.clear();
  }
}
