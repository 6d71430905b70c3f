import { many } from './one-or-many.js';
import type { ProviderAnswer } from './provider.js';

/**
 * What the gate knows of one push service behind a provider, beside the state of its breaker: whether a push has tried
 * the service since its last pause, and which devices are over a limit.
 */
export class ServiceState {
  private probing: 'no' | 'due' | 'running' = 'no';
  /** Devices that were told of a limit since the service took something. */
  private readonly limited = new Set<string>();

  paused(): void {
    if (this.probing === 'no') this.probing = 'due';
  }

  /** After a pause one push (`probes`) goes first. `wait`: it is on its way. `goes`: there is nothing to wait for. */
  get next(): 'goes' | 'probes' | 'wait' {
    if (this.probing === 'running') return 'wait';
    return this.probing === 'due' ? 'probes' : 'goes';
  }

  probe(): void {
    this.probing = 'running';
  }

  /** The answer to the push that went first. Any answer but `wait` and `failed` shows that the service is back. */
  probed({ kind }: ProviderAnswer): void {
    this.probing = kind === 'wait' || kind === 'failed' ? 'due' : 'no';
  }

  taken(): void {
    this.limited.clear();
  }

  /**
   * Notes a device that is over a limit. Answers with all such devices once they are so many, with no push taken in
   * between, that the limit must concern everybody; undefined before that, and for a device that is noted already.
   */
  limit(token: string): readonly string[] | undefined {
    if (this.limited.has(token)) return undefined;
    this.limited.add(token);
    return this.limited.size < many ? undefined : [...this.limited];
  }
}
