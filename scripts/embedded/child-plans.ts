import { join } from 'node:path';
import { projectRoot } from '../project-root.js';
import { launchChild } from '../servers/child.js';
import { Stage, type Leash } from '../servers/leash.js';
import { launchMongod } from '../servers/mongo.js';
import { launchRedisServer } from '../servers/redis.js';
import { ownEnvironment } from './child-environment.js';
import type { DataFolder } from './data-folder.js';
import { problemLines } from './problem-lines.js';
import type { Settings } from './settings.js';
import type { ChildPlan } from './supervisor.js';

/** Time for saying goodbye to sockets and finishing jobs. */
const GRACE_MS = 15_000;

/** Programs of gateway and worker; tests put stand-ins here. */
export interface Entries {
  gateway: string;
  worker: string;
}

export const builtEntries: Entries = {
  gateway: join(projectRoot, 'dist/src/main.js'),
  worker: join(projectRoot, 'dist/workers/main.js'),
};

interface ServerPlan {
  program: string;
  port: number;
  folder: DataFolder;
  leash: Leash;
}

export function mongodPlan({ program, port, folder, leash }: ServerPlan): ChildPlan {
  const [dataDir, logFile] = [folder.mongo, folder.logFile('mongod')];
  return {
    name: 'mongod',
    stage: Stage.Mongo,
    mark: dataDir,
    launch: () => launchMongod({ program, port, dataDir, logFile, leash }),
  };
}

export function redisPlan({ program, port, folder, leash }: ServerPlan): ChildPlan {
  const [dataDir, logFile] = [folder.redis, folder.logFile('redis')];
  return {
    name: 'redis',
    stage: Stage.Redis,
    // The server replaces its command line with its address.
    mark: `127.0.0.1:${port}`,
    launch: () => launchRedisServer({ program, port, dataDir, logFile, leash }),
  };
}

/** The gateways, node-1 first, and one worker with all roles. */
export function nodePlans(options: {
  settings: Settings;
  folder: DataFolder;
  leash: Leash;
  entries: Entries;
  environment: NodeJS.ProcessEnv;
  report: (line: string) => void;
}): { gateways: ChildPlan[]; worker: ChildPlan } {
  const { settings, folder, leash, entries, environment, report } = options;
  const plan = (name: string, index: number, port: number, command: string[]): ChildPlan => ({
    name,
    stage: Stage.Users,
    mark: command[0] ?? name,
    launch: () =>
      launchChild({
        name,
        command: process.execPath,
        args: command,
        cwd: projectRoot,
        env: ownEnvironment(environment, { name, port, index }),
        logFile: folder.logFile(name),
        stage: Stage.Users,
        leash,
        graceMs: GRACE_MS,
        readiness: 'message',
        onLine: problemLines(name, report),
      }),
  });
  return {
    gateways: settings.ports.map((port, index) =>
      plan(`node-${index + 1}`, index, port, [entries.gateway]),
    ),
    // The worker is reached by nobody; should it listen, then not on a gateway's port.
    worker: plan('worker-1', settings.ports.length, 0, [entries.worker, '--role=all']),
  };
}
