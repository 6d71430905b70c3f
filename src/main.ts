import { createGateway, portOf } from './container.js';
import { listenForOperators } from './http/operations.js';
import { ConfigError, loadConfig, type Config } from './platform/config.js';
import { Lifecycle, announceReady } from './platform/lifecycle.js';
import { createLogger } from './platform/logger.js';

/** A drained gateway is gone well before the pod's grace period ends. */
const graceMs = 40_000;

async function main(config: Config): Promise<void> {
  const log = createLogger({ nodeId: config.nodeId, level: config.logLevel, process: 'gateway' });
  const lifecycle = new Lifecycle(log);
  lifecycle.listenToSignals(graceMs);
  const gateway = await createGateway(config, log, lifecycle);
  await listenForOperators(config, lifecycle, gateway);
  await new Promise<void>((resolve, reject) => {
    gateway.http.once('error', reject);
    gateway.http.listen(config.port, config.host, resolve);
  });
  const port = portOf(gateway.http);
  log.info({ host: config.host, port }, 'gateway is ready');
  announceReady(port);
}

try {
  await main(loadConfig(process.env));
} catch (error) {
  // The logger may not exist yet, and a person reads this.
  process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
  process.exit(1);
}
