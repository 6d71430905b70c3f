import { z } from 'zod';
import { Id, Timestamp, named } from '../primitives.js';

export const Image = named('Image', {
  id: Id,
  urls: z
    .object({ thumb: z.string(), full: z.string() })
    .describe('Paths on this server. Whoever has one may read it; it says nothing about others'),
  width: z.number().int().describe('Of the full variant, in pixels'),
  height: z.number().int().describe('Of the full variant, in pixels'),
  thumbhash: z
    .string()
    .optional()
    .describe('A blur to show until it is loaded: ThumbHash in base64; images of old have none'),
});

export const DirectUpload = named('DirectUpload', {
  id: Id,
  url: z.string().describe('PUT the bytes here; not on this server'),
  expiresAt: Timestamp,
});

export type DirectUpload = z.infer<typeof DirectUpload>;
export type Image = z.infer<typeof Image>;
