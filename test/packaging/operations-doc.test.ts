import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { settings } from '../../src/platform/config.js';

const text = readFileSync('docs/operations.md', 'utf8');

function shownDefault(name: keyof typeof settings): string {
  const parsed = settings[name].safeParse(undefined);
  if (!parsed.success) return 'required';
  const value = parsed.data;
  if (value === undefined || value === '') return '';
  return `\`${value === true ? 'on' : value === false ? 'off' : value}\``;
}

describe('docs/operations.md', () => {
  test('has a row for every setting, as src/platform/config.ts describes it', () => {
    const rows = text.split('\n').filter((line) => /^\| `[A-Z_]+` \|/.test(line));
    const names = Object.keys(settings) as (keyof typeof settings)[];
    expect(rows).toEqual(
      names.map(
        (name) => `| \`${name}\` | ${shownDefault(name)} | ${settings[name].description} |`,
      ),
    );
  });

  test('the command for those without openssl makes a key that will do', () => {
    const [, program = ''] = /node -e "(.*generateKeyPairSync.*)"/.exec(text) ?? [];
    const pem = execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' });
    expect(createPrivateKey(pem).asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(pem).toContain('BEGIN PRIVATE KEY');
  });
});
