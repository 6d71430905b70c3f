import { lru } from '../../src/platform/lru.js';

/** So many in a row, and nobody accepted in between: it is not they who are wrong. */
export const many = 3;
const remembered = 10_000;

export type Refused = 'one' | 'many' | 'unknown';

/**
 * A service refused us: because of one device (its subscription was made with another key, its token belongs to another
 * project) or altogether (our key is not valid any more)? Deleting devices in the second case would lose everybody, so a
 * device is given up only when it is refused again after others were accepted.
 */
export class OneOrMany {
  /** By service: when somebody was last accepted, in turns, and who was refused since. */
  private readonly services = lru<{ turn: number; since: Set<string> }>(1_000);
  /** By device: the turn in which it was refused first. */
  private readonly suspects = lru<number>(remembered);

  accepted(service: string): void {
    const known = this.services.get(service);
    if (!known || known.since.size === 0) return;
    known.turn += 1;
    known.since.clear();
  }

  /** `many` until somebody is accepted, and then by devices only that did not say so before. */
  refused(service: string, device: string): Refused {
    const known = this.services.get(service) ?? { turn: 0, since: new Set<string>() };
    this.services.set(service, known);
    const first = this.suspects.get(device);
    if (first !== undefined && first < known.turn) {
      this.suspects.delete(device);
      return 'one';
    }
    this.suspects.set(device, known.turn);
    if (known.since.has(device)) return 'unknown';
    known.since.add(device);
    return known.since.size < many ? 'unknown' : 'many';
  }
}
