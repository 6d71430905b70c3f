import type { Json } from './schemas.js';

const nearby = 'http://localhost:3000';

/** Where the pages and documents of this server are, for programs that cannot follow a relative address. */
export const addressOf = (path: string, publicUrl = nearby): string =>
  new URL(path, publicUrl).href;

/** What both OpenAPI documents say of themselves, and where they are answered. */
export const info = (
  title: string,
  summary: string,
  description: string,
  publicUrl?: string,
): Json => ({
  info: {
    title,
    version: '1.0.0',
    summary,
    description,
    contact: { name: 'Haggle', url: addressOf('/docs', publicUrl) },
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: publicUrl ?? '/', description: 'This server' }],
  externalDocs: {
    url: addressOf('/docs', publicUrl),
    description: 'The guide, and the ways to the socket events and the webhooks',
  },
});
