import { z } from 'zod';
import { Coordinates, Timestamp, Id, named, oneOf } from '../primitives.js';
import { roles } from '../roles.js';
import { Image } from './images.js';

export const User = z
  .object({
    id: Id,
    nickname: z.string(),
    createdAt: Timestamp,
    temperature: z
      .number()
      .optional()
      .describe('Manner temperature in degrees, one decimal; a newcomer has 36.5'),
    avatar: Image.optional().describe('Their picture; left out: they have none'),
    deleted: z.boolean().optional().describe('true: the account was deleted'),
  })
  .meta({ id: 'User', description: 'A person as others see them' });

export const Neighbourhood = named('Neighbourhood', {
  name: z.string().nullable(),
  location: Coordinates.describe('To about 100 m'),
  provenAt: Timestamp,
  provenUntil: Timestamp,
});

/** What a person may do beside buying and selling; admins give it. Each may do what those before it may. */
export const Role = oneOf('Role', roles);

export const Me = User.extend({
  email: z.string(),
  emailVerified: z.boolean(),
  mustVerifyEmail: z
    .boolean()
    .describe('Listing and contacting are refused until the address is proven'),
  neighbourhood: Neighbourhood.nullable().optional().describe('null: none was set yet'),
  mustProveNeighbourhood: z
    .boolean()
    .optional()
    .describe(
      'Listing and contacting are refused until the neighbourhood is proven, or proven anew',
    ),
  role: Role.optional().describe(
    'moderator: looks at what people report. operator: also at deliveries, webhooks and the audit trail. ' +
      'admin: gives roles, server keys and words to watch for, too. Left out: none',
  ),
}).meta({ id: 'Me' });

export const SignedIn = named('SignedIn', {
  user: Me,
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresIn: z.number().int().describe('Seconds until the access token runs out'),
});

export const Session = named('Session', {
  id: Id,
  current: z.boolean(),
  name: z
    .string()
    .optional()
    .describe('Browser or app, and platform, as far as the user agent tells: `Chrome · Windows`'),
  userAgent: z.string().nullable(),
  createdAt: Timestamp,
  lastUsedAt: Timestamp,
});

export const SecondFactor = named('SecondFactor', {
  since: Timestamp.nullable().describe('When it was set up; null: it is not'),
  needed: z
    .boolean()
    .describe(
      'What the role allows is refused (`SECOND_FACTOR_NEEDED`) until a code was shown in this session; where `since` is null, until one was set up',
    ),
  shownUntil: Timestamp.nullable().describe(
    'Until when the code counts that was shown in this session; null: none does',
  ),
  recoveryCodes: z.number().int().describe('How many are left'),
});

export const SecondFactorSecret = named('SecondFactorSecret', {
  secret: z.string().describe('Base32, to be typed'),
  address: z.string().describe('`otpauth://…`, to be drawn as a QR code'),
});

export const RecoveryCodes = named('RecoveryCodes', {
  recoveryCodes: z
    .array(z.string())
    .describe('Each is good once, in place of a code; shown this once, since only hashes are kept'),
});

export const RoleHolder = named('RoleHolder', {
  user: User,
  role: Role,
  secondFactorSince: Timestamp.nullable().describe('null: none was set up'),
});

export const AccountExport = named('AccountExport', {
  state: z.enum(['preparing', 'ready']),
  requestedAt: Timestamp,
  readyAt: Timestamp.nullable().describe('Since when it can be fetched; null: not yet'),
  expiresAt: Timestamp.nullable().describe('Until when; it is deleted then'),
  bytes: z.number().int().nullable(),
});

export const Presence = named('Presence', {
  userId: Id,
  online: z.boolean(),
  lastActiveAt: Timestamp.nullable().describe(
    'Coarse: to ten minutes within the last hour, to the hour within a day, else to the day. ' +
      'null: unknown, or not for the one who asks',
  ),
});

export const Presences = named('Presences', { presences: z.array(Presence) });

export const Block = named('Block', { user: User, createdAt: Timestamp });

export type Role = z.infer<typeof Role>;
export type User = z.infer<typeof User>;
export type Neighbourhood = z.infer<typeof Neighbourhood>;
export type Me = z.infer<typeof Me>;
export type SignedIn = z.infer<typeof SignedIn>;
export type Session = z.infer<typeof Session>;
export type Presence = z.infer<typeof Presence>;
export type SecondFactor = z.infer<typeof SecondFactor>;
export type SecondFactorSecret = z.infer<typeof SecondFactorSecret>;
export type RecoveryCodes = z.infer<typeof RecoveryCodes>;
export type RoleHolder = z.infer<typeof RoleHolder>;
export type AccountExport = z.infer<typeof AccountExport>;
export type Block = z.infer<typeof Block>;
