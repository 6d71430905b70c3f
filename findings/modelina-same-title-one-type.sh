#!/usr/bin/env bash
# @asyncapi/modelina 5.10.1; input: AsyncAPI 3.0 with two messages whose payloads are different objects of one title.
# One would guess: two types (a title need not be unique), or an error.
# Seen: one type `Done` for both, without a word; the other's field is nowhere. Unique titles give two.
# Needs node and npm. Exits 0 while this is so.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y > /dev/null && npm install --silent --no-audit --no-fund --ignore-scripts @asyncapi/modelina@5.10.1
cat > types.mjs <<'JS'
import { TypeScriptGenerator } from '@asyncapi/modelina';
const payload = (title, field) => ({
  oneOf: [
    { title, type: 'object', properties: { [field]: { type: 'string' } }, required: [field] },
    { type: 'string' },
  ],
});
const document = (first, second) => ({
  asyncapi: '3.0.0',
  info: { title: 't', version: '1' },
  channels: {
    c: {
      address: 'c',
      messages: { one: { payload: payload(first, 'sent') }, two: { payload: payload(second, 'read') } },
    },
  },
  operations: { o: { action: 'receive', channel: { $ref: '#/channels/c' } } },
});
const types = async (...titles) =>
  (await new TypeScriptGenerator({ modelType: 'interface' }).generate(document(...titles)))
    .map(({ result }) => result)
    .filter((text) => text.startsWith('interface'));
const same = await types('Done', 'Done');
const unique = await types('SendDone', 'ReadDone');
console.log(same.join('\n'));
const fields = (texts) => ['sent', 'read'].filter((field) => texts.join('').includes(`${field}:`));
if (same.length !== 1 || fields(same).length !== 1) throw new Error('changed: ' + same);
if (unique.length !== 2 || fields(unique).length !== 2) throw new Error('other than described: ' + unique);
console.log('as described: one type for two schemas of the same title');
JS
node types.mjs
