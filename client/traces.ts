/**
 * Makes what a client asks of the server part of the app's own traces (OpenTelemetry, W3C Trace Context). A separate
 * entry point, for apps that have traces.
 */
import type { HaggleClientOptions } from './create-haggle-client.js';
import { openSocketIo } from './transport.js';

/**
 * The options `fetch` and `openSocket` of a client whose requests and events each name the span that they belong to.
 * `traceparent` is called right before each and returns the header's value, or undefined where there is none. What is
 * sent again is sent under the span of that moment. The server must take it from callers (`TRACES_OF_CALLERS`); one
 * that does not ignores it, and so does one that is older. A page of another origin needs a server that knows the header,
 * though: browsers ask it first, and send nothing to one that does not.
 * @param under what it goes through, where an app replaces that
 */
export function traced(
  traceparent: () => string | undefined,
  under: Pick<HaggleClientOptions, 'fetch' | 'openSocket'> = {},
): Required<Pick<HaggleClientOptions, 'fetch' | 'openSocket'>> {
  const ask = under.fetch ?? ((input, init) => fetch(input, init));
  const open = under.openSocket ?? openSocketIo;
  return {
    fetch: (input, init) => {
      const trace = traceparent();
      if (trace === undefined) return ask(input, init);
      const headers = new Headers(init?.headers);
      headers.set('traceparent', trace);
      return ask(input, { ...init, headers });
    },
    openSocket: (url, auth) => {
      const socket = open(url, auth);
      const timeout = socket.timeout.bind(socket);
      return Object.assign(socket, {
        timeout: (ms: number) => ({
          emitWithAck: (event: string, payload: unknown) => {
            const trace = traceparent();
            const beside = trace === undefined ? [] : [{ traceparent: trace }];
            return timeout(ms).emitWithAck(event, payload, ...beside);
          },
        }),
      });
    },
  };
}
