import type { IncomingMessage } from 'node:http';
import type { Logger } from '../platform/logger.js';

/** Asked by whoever looks after the process, past the proxy. */
const askedPastProxy = /^\/(healthz|readyz|metrics)\b/;

/**
 * Warns once when what comes in does not fit `TRUST_PROXY`, since nothing else would show it: with a number too low all
 * people share the limits of one address, with one too high anybody claims any address.
 */
export function watchForwarding(
  trustProxy: number,
  log: Logger,
): (request: IncomingMessage) => void {
  let warned = false;
  return (request) => {
    if (warned || askedPastProxy.test(request.url ?? '')) return;
    const isForwarded = request.headers['x-forwarded-for'] !== undefined;
    if (isForwarded === trustProxy > 0) return;
    warned = true;
    log.warn(
      { setting: 'TRUST_PROXY', is: trustProxy },
      isForwarded
        ? 'a request has X-Forwarded-For although TRUST_PROXY is 0: everybody behind that proxy counts as one address for the limits. Set it to the number of proxies in front.'
        : 'a request has no X-Forwarded-For although TRUST_PROXY is not 0: it came past the proxy, or the proxy does not set it, and then anybody may claim any address. Have the proxy set it, or set TRUST_PROXY to 0.',
    );
  };
}
