import { addressOf } from './child-environment.js';
import type { DataFolder } from './data-folder.js';
import type { Settings } from './settings.js';

export interface BannerOptions {
  settings: Settings;
  folder: DataFolder;
  /** Shown when the demo is on. */
  accounts: readonly {
    role: string;
    language?: string | undefined;
    email: string;
    password: string;
  }[];
  colour: boolean;
}

/** What there is to open, one address per line. */
export function banner({ settings, folder, accounts, colour }: BannerOptions): string {
  const [first = 0, second = first] = settings.ports;
  const at = (path: string, port = first) => `${addressOf(settings, port)}${path}`;
  const demo = accounts.length > 0;
  const rows: [string, string][] = [
    ...(demo
      ? [
          ['Buyer demo', at('/?demo=buyer')] as [string, string],
          ['Seller demo', at('/?demo=seller', second)] as [string, string],
        ]
      : [['Web client', at('/')] as [string, string]]),
    ['API docs', at('/docs')],
    ['Events docs', at('/docs/events')],
    ['Admin area', at('/admin')],
    ['Queue dashboard', at('/admin/queues')],
    ...(settings.loopback ? [['Dev mailbox', at('/dev/mailbox')] as [string, string]] : []),
    ['Health', at('/readyz')],
    ['Metrics', at('/metrics')],
  ];
  const people = accounts.map(({ role, language, email, password }): [string, string] => [
    `Demo ${role}${language ? ` (${language})` : ''}`,
    `${email}  ${password}`,
  ]);
  const places: [string, string][] = [
    ['Data', folder.shown],
    ['Logs', `${folder.shown}/logs`],
  ];
  const width = Math.max(...[...rows, ...people, ...places].map(([label]) => label.length)) + 2;
  const bold = (text: string) => (colour ? `\x1b[1m${text}\x1b[0m` : text);
  const block = (lines: [string, string][]) =>
    lines.map(([label, text]) => `  ${bold(label.padEnd(width))}${text}`).join('\n');
  const gateways = `${settings.ports.length} gateway${settings.ports.length === 1 ? '' : 's'}`;
  return [
    '',
    `${bold('Haggle is running')} (${gateways}, 1 worker)`,
    '',
    ...[rows, people, places]
      .filter((lines) => lines.length > 0)
      .flatMap((lines) => [block(lines), '']),
    'Ctrl-C stops everything',
    '',
  ].join('\n');
}
