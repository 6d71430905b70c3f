import { parseArgs } from 'node:util';
import { listenForOperators } from '../src/http/operations.js';
import { ConfigError, loadConfig, type Config } from '../src/platform/config.js';
import { Lifecycle, announceReady } from '../src/platform/lifecycle.js';
import { createLogger } from '../src/platform/logger.js';
import { createWorker, roles, type Role } from './container.js';

/** Jobs in hand are finished; what is not is taken again by another worker. */
const graceMs = 25_000;

/** `--role=relay,push`, or `all`. */
function chosenRoles(): readonly Role[] {
  const { values } = parseArgs({ options: { role: { type: 'string', default: 'all' } } });
  if (values.role === 'all') return roles;
  const chosen = values.role.split(',');
  const unknown = chosen.filter((role) => !roles.includes(role as Role));
  if (unknown.length > 0)
    throw new ConfigError([
      `--role=${unknown.join(',')} is unknown. Use ${roles.join(', ')} or all.`,
    ]);
  return chosen as Role[];
}

async function main(config: Config, chosen: readonly Role[]): Promise<void> {
  const log = createLogger({ nodeId: config.nodeId, level: config.logLevel, process: 'worker' });
  const lifecycle = new Lifecycle(log);
  lifecycle.listenToSignals(graceMs);
  const worker = await createWorker(config, chosen, log, lifecycle);
  await listenForOperators(config, lifecycle, worker);
  log.info({ roles: chosen }, 'worker is ready');
  announceReady();
}

try {
  await main(loadConfig(process.env), chosenRoles());
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
  process.exit(1);
}
