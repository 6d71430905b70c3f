#!/usr/bin/env bash
# es-hangul 2.4.0: what a Korean keyboard would have written is refused where it begins with a compound vowel that a
# consonant follows.
#
# Valid input: English words, typed by somebody who forgot to switch the keyboard: `hot` is ㅗ, ㅐ, ㅅ.
# One would expect: `ㅙㅅ`, as the keyboard writes it, like `맥북` for `aorqnr`.
# Seen: convertQwertyToHangul('aorqnr') is 맥북; for `hot` it throws "Invalid hangul Characters: ㅗ, ㅗㅐ, ㅅ".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts es-hangul@2.4.0
cat >typed.mjs <<'JS'
import { convertQwertyToHangul } from 'es-hangul';

for (const typed of ['aorqnr', 'hot']) {
  try {
    console.log(convertQwertyToHangul(typed));
  } catch (error) {
    console.log(`threw ${error.message}`);
  }
}
JS
seen=$(node typed.mjs | tr '\n' ';')
echo "es-hangul 2.4.0, Node $(node --version): $seen"
[ "$seen" = '맥북;threw Invalid hangul Characters: ㅗ, ㅗㅐ, ㅅ;' ]
