import { createHash, randomBytes } from 'node:crypto';
import { Refusal, accountLimits, type view } from '../contract/index.js';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import type { HostKey, HostKeyStore } from './host-key.store.js';

/** `hgk_<id>_<secret>`: recognised by scanners of leaked secrets, and found by its id. */
const form = /^hgk_([A-Za-z0-9-]{1,64})_([A-Za-z0-9_-]{43})$/;

/** Milliseconds for which a use is not noted again: a busy server calls often. */
const usedAgainMs = 60_000;

const prefixOf = (id: string): string => `hgk_${id}_`;

/** 256 random bits need no slow hash: they cannot be guessed. */
const hashOf = (key: string): string => createHash('sha256').update(key).digest('base64url');

/** What operators do with server keys, and the check of one that was sent. */
export function createHostKeys({ keys, clock }: { keys: HostKeyStore; clock: Clock }) {
  const make = (id: string) => {
    const key = `${prefixOf(id)}${randomBytes(32).toString('base64url')}`;
    return { key, hash: hashOf(key) };
  };
  return {
    /** Throws UNAUTHENTICATED, or FORBIDDEN where the key is not for this. */
    async mustBeFor(scope: view.HostScope | undefined, sent: string | undefined): Promise<void> {
      const [, id] = form.exec(sent ?? '') ?? [];
      if (sent === undefined || id === undefined)
        throw new Refusal('UNAUTHENTICATED', 'A server key is needed');
      const now = clock();
      const key = await keys.byHash(id, hashOf(sent), now);
      if (!key) throw new Refusal('UNAUTHENTICATED', 'The server key is not valid');
      if (scope && !key.scopes.includes(scope))
        throw new Refusal('FORBIDDEN', `This key is not for ${scope}`);
      const since = new Date(now.getTime() - usedAgainMs);
      if (!key.lastUsedAt || key.lastUsedAt < since) await keys.used(id, now, since);
    },

    /** Throws FORBIDDEN when there are too many. */
    async create(input: { name: string; scopes: view.HostScope[] }): Promise<view.NewHostKey> {
      if ((await keys.count()) >= accountLimits.hostKeys)
        throw new Refusal('FORBIDDEN', `At most ${accountLimits.hostKeys} keys: end one first`);
      const made = { ...input, id: newId(), createdAt: clock(), rotatedAt: null };
      const { key, hash } = make(made.id);
      await keys.add(made, hash);
      return { ...present(made), key };
    },

    async list(): Promise<{ items: view.HostKey[]; nextCursor: null }> {
      return { items: (await keys.all()).map(present), nextCursor: null };
    },

    /** Throws NOT_FOUND. */
    async rotate(id: string): Promise<view.NewHostKey> {
      const now = clock();
      const until = new Date(now.getTime() + accountLimits.hostKeyGraceHours * 3_600_000);
      const { key, hash } = make(id);
      const rotated = await keys.rotate(id, hash, now, until);
      if (!rotated) throw new Refusal('NOT_FOUND', 'No such key');
      return { ...present(rotated), key };
    },

    /** Throws NOT_FOUND. */
    async end(id: string): Promise<void> {
      if (!(await keys.end(id))) throw new Refusal('NOT_FOUND', 'No such key');
    },
  };
}
export type HostKeys = ReturnType<typeof createHostKeys>;

const present = ({ createdAt, rotatedAt, lastUsedAt, ...key }: HostKey): view.HostKey => ({
  ...key,
  prefix: prefixOf(key.id),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
  rotatedAt: rotatedAt?.toISOString() ?? null,
});
