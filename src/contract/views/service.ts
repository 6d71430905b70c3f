import { z } from 'zod';
import { Id, Timestamp } from '../primitives.js';
import { OfferSide } from './offers.js';

export const Device = z
  .object({
    id: Id,
    provider: z.enum(['fcm', 'webpush', 'log']),
    locale: z.string(),
    timeZone: z.string(),
    lastSeenAt: Timestamp,
  })
  .meta({ id: 'Device' });

export const PushKey = z
  .object({ publicKey: z.string().describe('`applicationServerKey`, base64url (RFC 8292)') })
  .meta({ id: 'PushKey' });

export const DemoAccount = z
  .object({ role: OfferSide, email: z.string(), password: z.string(), nickname: z.string() })
  .meta({ id: 'DemoAccount' });

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    traceId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    current: z.unknown().optional(),
  })
  .meta({
    id: 'Problem',
    description: 'RFC 9457 problem details; `code` is the same as on the socket',
  });

export type Device = z.infer<typeof Device>;
export type PushKey = z.infer<typeof PushKey>;
export type DemoAccount = z.infer<typeof DemoAccount>;
export type Problem = z.infer<typeof Problem>;
