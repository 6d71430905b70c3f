import { z } from 'zod';
import { Id, Timestamp, named } from '../primitives.js';
import { OfferSide } from './offers.js';

export const Device = named('Device', {
  id: Id,
  provider: z.enum(['fcm', 'webpush', 'log']),
  locale: z.string(),
  timeZone: z.string(),
  lastSeenAt: Timestamp,
});

export const PushKey = named('PushKey', {
  publicKey: z.string().describe('`applicationServerKey`, base64url (RFC 8292)'),
});

export const DemoAccount = named('DemoAccount', {
  role: OfferSide,
  language: z
    .enum(['ko', 'en'])
    .optional()
    .describe('In which they speak and list; ko where it is missing'),
  email: z.string(),
  password: z.string(),
  nickname: z.string(),
});

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    traceId: z.string(),
    errors: z
      .array(
        z.object({
          path: z.string().describe('Such as `title`, `imageIds.2`, `query.limit`, `path.id`'),
          message: z.string(),
        }),
      )
      .optional(),
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
