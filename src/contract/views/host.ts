import { z } from 'zod';
import { Id, Timestamp, named } from '../primitives.js';
import { User } from './people.js';

/** What a server key may be used for. */
export const hostScopes = ['users', 'listings', 'tokens'] as const;
export const HostScope = z.enum(hostScopes).meta({ id: 'HostScope' });
export const HostScopes = z
  .array(HostScope)
  .min(1)
  .refine((scopes) => new Set(scopes).size === scopes.length, 'names a scope twice');

export const HostUser = named('HostUser', {
  externalId: z.string().describe('The id that the host app has for this person'),
  user: User,
});

export const HostKey = named('HostKey', {
  id: Id,
  name: z.string(),
  scopes: z.array(HostScope),
  createdAt: Timestamp,
  rotatedAt: Timestamp.nullable(),
  prefix: z.string().optional().describe('What the key begins with, to tell keys apart'),
  lastUsedAt: Timestamp.nullable().optional().describe('To the minute; null: never'),
});

export const NewHostKey = HostKey.extend({
  key: z.string().describe('Sent as `Authorization: Bearer …`; only its hash is kept'),
}).meta({ id: 'NewHostKey' });

export type HostScope = z.infer<typeof HostScope>;
export type HostUser = z.infer<typeof HostUser>;
export type HostKey = z.infer<typeof HostKey>;
export type NewHostKey = z.infer<typeof NewHostKey>;
