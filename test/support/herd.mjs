/**
 * Many devices in one process, as light as they can be: each holds a connection, says its token, answers pings, and
 * comes back with the waits of the client library when it is cut or refused. Ordered over the IPC channel: `{port,
 * tokens}` begins, another `{port}` is where they go from then on; it says `{ready, refused, cpuMs}` each half second.
 */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

let port;
let ready = 0;
let refused = 0;

process.on('message', (order) => {
  port = order.port;
  if (!order.tokens) return;
  for (const token of order.tokens) device(token);
});
process.on('disconnect', () => process.exit(0));
setInterval(() => {
  const { user, system } = process.cpuUsage();
  process.send({ ready, refused, cpuMs: (user + system) / 1_000 });
}, 500).unref();

function device(token) {
  let failures = 0;
  const open = () => {
    let isReady = false;
    let isUpgraded = false;
    let rest = Buffer.alloc(0);
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (isReady) ready -= 1;
      setTimeout(open, backoffMs(failures));
      failures += 1;
    });
    socket.on('connect', () => socket.write(handshake()));
    socket.on('data', (chunk) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      if (!isUpgraded) {
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) return;
        if (!rest.toString('latin1', 0, 12).startsWith('HTTP/1.1 101')) {
          refused += 1;
          socket.destroy();
          return;
        }
        isUpgraded = true;
        rest = rest.subarray(end + 4);
        socket.write(frame(`40${JSON.stringify({ token })}`));
      }
      for (let text = next(); text !== undefined; text = next()) {
        if (text === '2') socket.write(frame('3'));
        else if (!isReady && text.startsWith('42["session:ready"')) {
          isReady = true;
          failures = 0;
          ready += 1;
        }
      }
    });

    /** The text of the next whole frame; other frames are empty texts. */
    function next() {
      if (rest.length < 2) return undefined;
      const short = rest[1] & 0x7f;
      const from = short < 126 ? 2 : 4;
      if (rest.length < from) return undefined;
      const length = short < 126 ? short : rest.readUInt16BE(2);
      if (rest.length < from + length) return undefined;
      const text = (rest[0] & 0x0f) === 1 ? rest.toString('utf8', from, from + length) : '';
      rest = rest.subarray(from + length);
      return text;
    }
  };
  open();
}

const handshake = () =>
  [
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    '',
    '',
  ].join('\r\n');

/** As client/waits.ts has it: anything up to a bound that doubles. */
const backoffMs = (failures) => Math.random() * Math.min(30_000, 500 * 2 ** Math.min(failures, 16));

/** A whole text under a mask of zeros. */
function frame(text) {
  const body = Buffer.from(text);
  const header = Buffer.alloc(body.length < 126 ? 6 : 8);
  header[0] = 0x81;
  header[1] = 0x80 | (body.length < 126 ? body.length : 126);
  if (body.length >= 126) header.writeUInt16BE(body.length, 2);
  return Buffer.concat([header, body]);
}
