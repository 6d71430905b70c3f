import type { ClientRequest } from 'node:http';
import https from 'node:https';
import { connect as connectPlain } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { endAt } from './post-once.js';

/** A part of the undocumented, long-standing interface between a request and its agent. */
interface AgentWithRequests {
  addRequest(request: ClientRequest, options: object): void;
}

/**
 * Carries the requests of firebase-admin: over connections that are kept, to another address when one is set, and each
 * with a deadline. It also handles what the library (13.10.0) overlooks: when an answer breaks off, its promise never
 * settles.
 */
export class FcmAgent extends https.Agent {
  constructor(
    private readonly options_: {
      /** Used instead of Google's address; undefined: Google's. */
      url: URL | undefined;
      deadlineMs: number;
    },
  ) {
    // The guard bounds how many are open at once; idle ones between two batches are worth keeping.
    super({ keepAlive: true, maxFreeSockets: 2_048 });
  }

  override createConnection(...given: Parameters<https.Agent['createConnection']>) {
    const { url } = this.options_;
    if (!url) return super.createConnection(...given);
    const to = {
      host: url.hostname,
      port: Number(url.port) || (url.protocol === 'http:' ? 80 : 443),
    };
    return url.protocol === 'http:'
      ? connectPlain(to)
      : connectSecurely({ ...to, servername: url.hostname });
  }

  addRequest(request: ClientRequest, options: object): void {
    const { deadlineMs } = this.options_;
    request.once(
      'close',
      endAt(deadlineMs, (late) => request.destroy(late)),
    );
    request.once('response', (response) => {
      response.once('error', (error) => request.emit('error', error));
    });
    (https.Agent.prototype as unknown as AgentWithRequests).addRequest.call(this, request, options);
  }
}
