import type { Command } from 'commander';
import { settings } from '../src/platform/config.js';
import { say } from './output.js';
import { config, environment } from './settings.js';

const help = `
Secrets are shown as ***, also those inside of addresses. What is not set is shown with its default.
Exit code 1: a gateway or worker would not start with these settings; each problem is a line on standard error.

Examples:
  haggle config
  haggle config --check     prints nothing when the settings can be used`;

export function addConfig(program: Command): void {
  program
    .command('config')
    .description('prints the settings, without secrets, and checks them')
    .option('--check', 'check only')
    .addHelpText('after', help)
    .action(({ check }: { check?: boolean }) => {
      if (!check) for (const line of lines()) say(line);
      // Throws what is wrong with them.
      config();
    });
}

function lines(): string[] {
  const env = environment();
  const width = Math.max(...Object.keys(settings).map((name) => name.length));
  return Object.entries(settings).map(([name, schema]) => {
    const given = env[name];
    if (given) return `${name.padEnd(width)}  ${shown(name, given)}`;
    const usual = schema.safeParse(undefined);
    const value = usual.success ? usual.data : 'required';
    return `${name.padEnd(width)}  ${value === undefined || value === '' ? '' : `${show(value)} `}(${value === 'required' ? 'missing' : 'default'})`;
  });
}

/** `on` and `off` have been read. */
const show = (value: unknown) =>
  typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);

const secret = /(^|_)(KEYS|KEY_ID|SECRETS?|PASSWORD)$/;

/** A value without what must not be read over a shoulder: keys, passwords, and what an address carries of them. */
export function shown(name: string, value: string): string {
  if (secret.test(name)) return '***';
  return value
    .replace(/^([\w+-]+:\/\/)[^/]*@/, '$1***@')
    .replace(/([?&][^=&]*(?:token|key|secret|password)[^=&]*=)[^&]*/gi, '$1***');
}
