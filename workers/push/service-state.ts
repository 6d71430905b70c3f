import { many } from './one-or-many.js';
import type { ProviderAnswer } from './provider.js';

/**
 * What is known of one service behind a provider beside its breaker: whether a pause is over that nobody has tried yet,
 * and which devices are over a limit.
 */
export class ServiceState {
  private probing: 'no' | 'due' | 'running' = 'no';
  /** Devices that were told of a limit since the service took something. */
  private readonly limited = new Set<string>();

  paused(): void {
    if (this.probing === 'no') this.probing = 'due';
  }

  /** Behind a pause one push goes first. `wait`: another one is on its way. */
  get next(): 'goes' | 'probes' | 'wait' {
    if (this.probing === 'running') return 'wait';
    return this.probing === 'due' ? 'probes' : 'goes';
  }

  probe(): void {
    this.probing = 'running';
  }

  /** Of the push that went first: whatever the service said of it other than "wait" shows that it is back. */
  probed({ kind }: ProviderAnswer): void {
    this.probing = kind === 'wait' || kind === 'failed' ? 'due' : 'no';
  }

  taken(): void {
    this.limited.clear();
  }

  /**
   * A device is over a limit. Answers with all of them once they are so many, with nothing taken in between, that the
   * limit is everybody's; later ones say so of themselves, and those that did go on for themselves.
   */
  limit(token: string): readonly string[] | undefined {
    if (this.limited.has(token)) return undefined;
    this.limited.add(token);
    return this.limited.size < many ? undefined : [...this.limited];
  }
}
