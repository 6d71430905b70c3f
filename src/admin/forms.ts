import express, { type Response, type Router } from 'express';
import { Refusal } from '../contract/index.js';

/** The fields of a form or an address; an empty field counts as missing. */
export const given = (fields: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries((fields ?? {}) as Record<string, unknown>).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string' && pair[1] !== '',
    ),
  );

/** Mounts a form that changes something. It is written into the audit trail first, under the name of the contract. */
export type Acts = (
  path: string,
  what: string,
  act: (fields: Record<string, string>, response: Response) => Promise<void>,
) => void;

/** Reads what a form sends into the body. */
export const readForm = express.urlencoded({ extended: false, limit: '16kb' });

export const createActs =
  (
    router: Router,
    noteAct: (operator: string, what: string, input: object) => Promise<void>,
  ): Acts =>
  (path, what, act) => {
    router.post(path, readForm, async ({ body }, response) => {
      const fields = given(body);
      await noteAct(operatorOf(response), what, fields);
      await act(fields, response);
    });
  };

/** Who entered the admin area. */
export const operatorOf = (response: Response): string => response.locals['operator'] as string;

/** What stands against an act, for the page that asked for it; undefined: it is done. */
export async function problemOf(act: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'NOT_FOUND') throw error;
    const fields = error.details.errors?.map(({ path, message }) => `${path} ${message}`);
    return fields?.join('. ') ?? error.message;
  }
}
