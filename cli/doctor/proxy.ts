import { randomBytes } from 'node:crypto';
import { request as overHttp, type IncomingMessage } from 'node:http';
import { request as overHttps } from 'node:https';
import { fail, ok, warn, type Finding } from './finding.js';

const about = 'PUBLIC_URL';
const deadlineMs = 10_000;
const path = '/socket.io/?EIO=4&transport=websocket';

/** Whether an upgrade to WebSocket comes through whatever is in front of the gateways. */
export async function checkProxy(publicUrl: string | undefined): Promise<Finding[]> {
  if (publicUrl === undefined)
    return [
      warn(about, 'is not set, so the way through the proxy is not tried', 'Set PUBLIC_URL.'),
    ];
  const url = new URL(path, publicUrl);
  try {
    const { statusCode } = await upgrade(url);
    if (statusCode === 101) return [ok(about, `WebSocket comes through (${url.origin})`)];
    return [
      fail(
        about,
        `an upgrade to WebSocket is answered ${statusCode} (${url.origin})`,
        'Let the proxy pass Upgrade and Connection on over HTTP/1.1; docs/proxies.md has tried configurations.',
      ),
    ];
  } catch (error) {
    return [
      fail(
        about,
        `${url.origin} cannot be reached: ${(error as Error).message}`,
        'Check PUBLIC_URL, the proxy, and that a gateway runs behind it.',
      ),
    ];
  }
}

function upgrade(url: URL): Promise<IncomingMessage> {
  const headers = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
  };
  return new Promise((resolve, reject) => {
    const open = url.protocol === 'https:' ? overHttps : overHttp;
    const asked = open(url, { headers, signal: AbortSignal.timeout(deadlineMs) });
    asked.once('error', reject);
    asked.once('upgrade', (answer, socket) => {
      socket.destroy();
      resolve(answer);
    });
    asked.once('response', (answer) => {
      answer.destroy();
      resolve(answer);
    });
    asked.end();
  });
}
