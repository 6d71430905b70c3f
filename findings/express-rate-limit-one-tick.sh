#!/usr/bin/env bash
# express-rate-limit 8.7.4 with its own MemoryStore: requests that arrive in one read are all counted before the first
# of them is judged, since the store hands out its living counter and not a copy.
#
# Valid input: five pipelined GETs of one keep-alive connection (RFC 9112, 9.3.2) under a limit of 3 a minute.
# One would expect: 200, 200, 200, 429, 429.
# Seen: 429 five times, so the client that is within its limit for three of them gets none.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts express@5.3.0 express-rate-limit@8.7.4
cat >pipelined.mjs <<'JS'
import net from 'node:net';
import express from 'express';
import { rateLimit } from 'express-rate-limit';

const app = express();
app.use(rateLimit({ windowMs: 60_000, limit: 3, legacyHeaders: false }));
app.get('/', (_request, response) => response.send('ok'));
const server = app.listen(0, '127.0.0.1', () => {
  const socket = net.connect(server.address().port, '127.0.0.1');
  let answers = '';
  socket.on('data', (chunk) => {
    answers += chunk;
    const statuses = answers.match(/HTTP\/1\.1 \d+/g) ?? [];
    if (statuses.length < 5) return;
    console.log(statuses.map((line) => line.slice(-3)).join(' '));
    socket.destroy();
    server.close();
  });
  const get = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';
  socket.write(get.repeat(5));
});
JS
seen=$(node pipelined.mjs)
echo "express-rate-limit 8.7.4, express 5.3.0, Node $(node --version): limit 3, five at once: $seen"
[ "$seen" = '429 429 429 429 429' ]
