import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Child } from '../../scripts/servers/child.js';
import { freePort } from '../../scripts/servers/free-port.js';
import { createLeash } from '../../scripts/servers/leash.js';
import { launchRedisServer, redisUrl } from '../../scripts/servers/redis.js';
import { findRedisServer } from '../../scripts/servers/redis-program.js';

/** A Redis of one test file, that may be killed, held and filled: nobody else is on it. */
export class OwnRedis {
  private readonly leash = createLeash();
  private readonly folder = mkdtempSync(join(tmpdir(), 'haggle-redis-'));
  private child: Child | undefined;
  private readonly program: string;

  private constructor(
    program: string,
    private readonly port: number,
  ) {
    // By default a process that writes beyond its limit of a file is ended; what ignores that is told of an error.
    this.program = join(this.folder, 'redis-server');
    const script = `#!/bin/sh\ntrap '' XFSZ\nexec '${program}' "$@"\n`;
    writeFileSync(this.program, script, { mode: 0o755 });
  }

  static async start(): Promise<OwnRedis> {
    const onProgress = () => undefined;
    const program =
      process.env['TEST_REDIS_BIN'] ?? (await findRedisServer({ env: {}, onProgress }));
    const redis = new OwnRedis(program, await freePort());
    await redis.launch();
    return redis;
  }

  get url(): string {
    return redisUrl(this.port);
  }

  /** With what its append-only file holds. */
  async launch(): Promise<void> {
    const { program, folder: dataDir, port, leash } = this;
    const logFile = join(dataDir, 'redis.log');
    this.child = launchRedisServer({ program, dataDir, port, logFile, leash });
    await this.child.ready;
  }

  async kill(): Promise<void> {
    this.child?.kill();
    await this.child?.exited;
  }

  /** Its connections stay open, and nothing is answered. */
  hang(): void {
    process.kill(this.child!.pid!, 'SIGSTOP');
  }

  goOn(): void {
    process.kill(this.child!.pid!, 'SIGCONT');
  }

  /** Nothing more is written to its files: what asks for it gets an error, as on a full disk. By `prlimit` of Linux. */
  fillDisk(): void {
    this.limitFiles('1:');
  }

  emptyDisk(): void {
    this.limitFiles('unlimited:');
  }

  private limitFiles(limit: string): void {
    execFileSync('prlimit', ['--pid', `${this.child!.pid}`, `--fsize=${limit}`]);
  }

  /** One command of an operator. */
  async ask(command: string, ...args: string[]): Promise<unknown> {
    const admin = new Redis(this.url, { enableReadyCheck: false });
    try {
      return await admin.call(command, ...args);
    } finally {
      admin.disconnect();
    }
  }

  async stop(): Promise<void> {
    await this.kill();
    this.leash.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
