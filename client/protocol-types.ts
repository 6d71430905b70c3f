import type { AckError, Answers, Payloads } from './contract-types.js';

export type ClientEventName = keyof Payloads;

/** What the server answers to an event. */
export type Ack<Data> = { ok: true; data: Data } | { ok: false; error: AckError };

/** Sends one event and waits for its answer; throws {@link HaggleError}. */
export type Request = <Name extends ClientEventName>(
  name: Name,
  payload: Payloads[Name],
) => Promise<Answers[Name]>;
