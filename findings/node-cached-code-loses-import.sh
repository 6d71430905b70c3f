#!/usr/bin/env bash
# Node 20.20.2, node:vm: a script that may `import()` must not any more in a process that takes its code from the cache.
#
# Valid input: new vm.Script(source, { importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }); its
# createCachedData() is written to a file, and another process gives it as `cachedData` with the same source and options.
# One would expect: the same result in both, as `cachedDataRejected` is false.
# Seen: in the second process import() is refused with ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING. Node 22.22.0 and 24.13.0
# import in both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >script.mjs <<'JS'
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import vm from 'node:vm';

const file = process.argv[2];
const script = new vm.Script(`(async () => (await import('node:os')).EOL.length)()`, {
  filename: 'script.js',
  importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  cachedData: existsSync(file) ? readFileSync(file) : undefined,
});
const seen = await script.runInThisContext().then(
  () => 'imported',
  (error) => error.code,
);
console.log(script.cachedDataRejected === undefined ? seen : `${seen} (rejected: ${script.cachedDataRejected})`);
writeFileSync(file, script.createCachedData());
JS
npm init --yes >/dev/null
seen=
for version in 20.20.2 22.22.0 24.13.0; do
  npm install --silent --no-audit --no-fund "node@$version"
  for run in first second; do
    seen+="$version $run: $(node_modules/node/bin/node --no-warnings script.mjs "code-$version"); "
  done
done
echo "$seen"
refused='ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING (rejected: false)'
fine='imported (rejected: false)'
[ "$seen" = "20.20.2 first: imported; 20.20.2 second: $refused; 22.22.0 first: imported; 22.22.0 second: $fine; 24.13.0 first: imported; 24.13.0 second: $fine; " ]
