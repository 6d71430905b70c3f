#!/usr/bin/env bash
# sirv 3.0.2: a suffix range gets the first bytes of the file and not the last.
#
# Valid input: GET of a file of ten bytes with `Range: bytes=-3`, "the last three" (RFC 9110, 14.1.2).
# One would expect: 206, Content-Range "bytes 7-9/10", the body "789".
# Seen: 206, Content-Range "bytes 0-3/10", the body "0123". The answer agrees with itself, so a player that looks for
# the index at the end of a file reads its beginning and cannot tell.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts sirv@3.0.2
mkdir files
printf 0123456789 >files/ten.txt
cat >suffix.mjs <<'JS'
import { createServer } from 'node:http';
import sirv from 'sirv';

const server = createServer(sirv('files')).listen(0, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${server.address().port}/ten.txt`;
  const answer = await fetch(url, { headers: { range: 'bytes=-3' } });
  console.log(answer.status, answer.headers.get('content-range'), await answer.text());
  server.close();
});
JS
seen=$(node suffix.mjs)
echo "sirv 3.0.2, Node $(node --version), Range bytes=-3 of ten bytes: $seen"
[ "$seen" = '206 bytes 0-3/10 0123' ]
