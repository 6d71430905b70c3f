import { Router } from 'express';

/**
 * A router that takes a path exactly as it was mounted: its case counts, and so does a slash at its end. Every route
 * of this server is mounted on one of these, so that no spelling of a path reaches a handler around its check.
 */
export const exactRouter = (): Router => Router({ caseSensitive: true, strict: true });
