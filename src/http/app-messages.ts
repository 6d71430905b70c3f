import { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Express } from 'express';

/**
 * Requests as Express has them. It gives each request and each response the prototype of its app when it comes in. On
 * Node before 24 much that is done with an object is slow once its prototype was changed: an answer of 10 KB by Express
 * alone took 68 µs instead of 20 (findings/express-new-prototype.sh). A server that makes requests by this class gives
 * them that prototype from the start, and there is nothing to change.
 */
export class AppRequest extends IncomingMessage {}

/** The same for responses. */
export class AppResponse<R extends IncomingMessage> extends ServerResponse<R> {}

Object.setPrototypeOf(AppRequest.prototype, express.request);
Object.setPrototypeOf(AppResponse.prototype, express.response);

/** Makes these prototypes those of an app, and returns it. Requests have one `app`: the last that was given here. */
export function takeAsMade(app: Express): Express {
  app.request = Object.assign(AppRequest.prototype, { app }) as never;
  app.response = Object.assign(AppResponse.prototype, { app }) as never;
  return app;
}
