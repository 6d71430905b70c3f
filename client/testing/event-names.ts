import type { Answers, ServerEvents } from '../contract-types.js';

export type ClientEventName = keyof Answers;
export type ServerEventName = keyof ServerEvents;
