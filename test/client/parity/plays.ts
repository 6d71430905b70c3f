import { expect, test } from '@jest/globals';
import { createHaggleClient, type HaggleClient } from '../../../client/index.js';
import type { FieldError } from '../../../src/contract/errors.js';
import { eventually } from '../../support/eventually.js';
import { Names, RawDevice, type Actor, type Stage } from '../../support/stage.js';

/** What a script of behaviours is given: two new people and their conversation about one listing, on one stage. */
export interface Scene {
  stage: Stage;
  buyer: Actor;
  seller: Actor;
  listingId: string;
  conversationId: string;
  /** A device without the library. */
  raw(actor: Actor): Promise<RawDevice>;
  /** A device with it, caught up. */
  app(actor: Actor): Promise<HaggleClient>;
}

export type Script = (scene: Scene) => Promise<unknown>;

/** Plays the script on both stages and compares what it answers with. */
export type Plays = (what: string, script: Script) => void;

export const createPlays =
  (mock: Stage, real: () => Stage): Plays =>
  (what, script) => {
    test(what, async () => {
      const [onMock, onReal] = await Promise.all([played(mock, script), played(real(), script)]);
      expect(onMock).toEqual(onReal);
    });
  };

async function played(stage: Stage, script: Script): Promise<unknown> {
  const names = new Names();
  const closing: (() => void)[] = [];
  const [buyer, seller] = await Promise.all([stage.person('민지'), stage.person('준호')]);
  const listingId = await stage.listing(seller, 100_000);
  names.call(buyer.id, 'buyer');
  names.call(seller.id, 'seller');
  names.call(listingId, 'listing');
  const raw = async (actor: Actor) => {
    const device = await RawDevice.of(actor);
    closing.push(() => device.close());
    return device;
  };
  const app = async (actor: Actor) => {
    const client = createHaggleClient(actor.options());
    closing.push(() => client.close());
    client.connect();
    await eventually('is live', () => client.state.snapshot().phase === 'live');
    return client;
  };
  try {
    const device = await raw(buyer);
    const opened = await device.ask('conversation:open', { listingId });
    const conversationId = (opened.data as { conversation: { id: string } }).conversation.id;
    names.call(conversationId, 'conversation');
    device.close();
    return names.of(await script({ stage, buyer, seller, listingId, conversationId, raw, app }));
  } finally {
    for (const close of closing) close();
  }
}

/** `ok`, or the code, whether it may be tried again, and what is wrong with which field. */
export const codeOf = (answer: {
  ok: boolean;
  error?: { code: string; retryable: boolean; details?: { errors?: FieldError[] } };
}): string =>
  answer.ok
    ? 'ok'
    : [
        answer.error!.code,
        answer.error!.retryable ? 'retryable' : 'final',
        ...fieldsOf(answer.error!.details),
      ].join(' ');

/** A REST answer; of a refusal status, code, what is wrong with which field, and what is in its way. */
export function told({ status, body }: { status: number; body: unknown }): unknown {
  const problem = (body ?? {}) as { code?: string; current?: unknown; errors?: FieldError[] };
  if (problem.code === undefined) return { status, body };
  return [status, problem.code, ...fieldsOf(problem), problem.current];
}

const fieldsOf = ({ errors = [] }: { errors?: FieldError[] } = {}): string[] =>
  errors.map(({ path, message }) => `${path} ${message}`);
