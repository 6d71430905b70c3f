import { Refusal } from '../../src/contract/errors.js';
import type { ClientEventName, ErrorCode, ServerEventName } from '../contract-types.js';

/** What can fail on its way: a request, its acknowledgement, or an event of the server. */
export type PacketKind = ClientEventName | `ack:${ClientEventName}` | ServerEventName;

/** What can be refused: a request of the socket, any REST call, the handshake. */
export type Refusable = ClientEventName | 'http' | 'connection';

export type Fate = 'arrives' | 'lost' | 'twice' | 'overtaken';

interface Planned {
  readonly fate: Fate;
  left: number;
}

interface PlannedRefusal {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  left: number;
}

/**
 * The faults that happen next. Every fault is planned by kind and number, so a script runs the same way each time;
 * those of one kind happen in the order in which they were planned.
 */
export class Faults {
  private readonly planned = new Map<PacketKind, Planned[]>();
  private readonly refusals = new Map<Refusable, PlannedRefusal[]>();

  plan(kind: PacketKind, fate: Fate, times: number): void {
    this.planned.set(kind, [...(this.planned.get(kind) ?? []), { fate, left: times }]);
  }

  fateOf(kind: PacketKind): Fate {
    return take(this.planned.get(kind))?.fate ?? 'arrives';
  }

  refuse(what: Refusable, code: ErrorCode, times: number, retryAfterMs?: number): void {
    const planned = { code, retryAfterMs, left: times };
    this.refusals.set(what, [...(this.refusals.get(what) ?? []), planned]);
  }

  /** Throws the refusal that is planned for this. */
  mustNotRefuse(what: Refusable): void {
    const refusal = take(this.refusals.get(what));
    if (!refusal) return;
    const { code, retryAfterMs } = refusal;
    throw new Refusal(code, undefined, retryAfterMs === undefined ? {} : { retryAfterMs });
  }

  clear(): void {
    this.planned.clear();
    this.refusals.clear();
  }
}

function take<T extends { left: number }>(planned: T[] | undefined): T | undefined {
  const next = planned?.find(({ left }) => left > 0);
  if (next) next.left -= 1;
  return next;
}
