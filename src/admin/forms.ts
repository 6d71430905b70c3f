import express, { type Response, type Router } from 'express';
import { Refusal, endpoints } from '../contract/index.js';
import type { AdminAccess } from './admin-access.js';
import { operatorOf } from './entered.js';

/** The fields of a form or an address; an empty field counts as missing. */
export const given = (fields: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries((fields ?? {}) as Record<string, unknown>).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string' && pair[1] !== '',
    ),
  );

/**
 * Mounts a form that changes something, for the role that the contract names. It is written into the audit trail first,
 * under the name of the contract.
 */
export type Acts = (
  path: string,
  what: keyof typeof endpoints,
  act: (fields: Record<string, string>, response: Response) => Promise<void>,
) => void;

/** Reads what a form sends into the body. */
export const readForm = express.urlencoded({ extended: false, limit: '16kb' });

export const createActs =
  (
    router: Router,
    mayCall: AdminAccess['mayCall'],
    noteAct: (operator: string, what: string, input: object) => Promise<void>,
  ): Acts =>
  (path, what, act) => {
    router.post(path, mayCall(endpoints[what]), readForm, async ({ body }, response) => {
      const fields = given(body);
      await noteAct(operatorOf(response), what, fields);
      await act(fields, response);
    });
  };

/** What stands against an act, for the page that asked for it; undefined: it is done. */
export async function problemOf(act: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'NOT_FOUND') throw error;
    const fields = error.details.errors?.map(({ path, message }) =>
      capitalized(`${path} ${message}`),
    );
    return fields?.join('. ') ?? error.message;
  }
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
