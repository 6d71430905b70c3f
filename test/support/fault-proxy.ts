import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * How a connection through the proxy fares. pass: as if it were not there; blackHole: it stays open and nothing gets
 * through, in either direction; refuse: there is nobody.
 */
export type Fault = 'pass' | 'blackHole' | 'refuse';

interface Link {
  near: Socket;
  far: Socket;
  held: (() => void)[];
  /** The beginning of what the near side said, where clients of Redis give their name. */
  saying: string;
}

/** How much of a connection's beginning is kept. */
const rememberedBytes = 2_000;

/** A TCP proxy on loopback between a process and a server that it depends on; its faults change while it runs. */
export class FaultProxy {
  private fault: Fault = 'pass';
  private concerns = '';
  private delayMs = 0;
  private slowness: { bytesPerSecond: number; sliceBytes: number } | undefined;
  private readonly links = new Set<Link>();

  private constructor(
    private readonly server: Server,
    private target: { host: string; port: number },
  ) {
    server.on('connection', (near: Socket) => this.link(near));
  }

  static async to(url: string): Promise<FaultProxy> {
    const { hostname, port } = new URL(url);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FaultProxy(server, { host: hostname, port: Number(port) });
  }

  /** The address of the server behind it, by way of the proxy. */
  through(url: string): string {
    const address = new URL(url);
    address.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return address.href;
  }

  /**
   * Passing again delivers what a black hole held back; refusing cuts what is open. With a word a black hole takes
   * only connections that began with it.
   */
  set(fault: Fault, concerns = ''): void {
    this.fault = fault;
    this.concerns = concerns;
    if (fault === 'refuse') this.cut();
    if (fault === 'pass')
      for (const link of this.links) for (const release of link.held.splice(0)) release();
  }

  /** Connections that are made from now on lead to another server; those that are open stay where they are. */
  leadTo(url: string): void {
    const { hostname, port } = new URL(url);
    this.target = { host: hostname, port: Number(port) };
  }

  /** Everything comes so much later, from now on. */
  delay(ms: number): void {
    this.delayMs = ms;
  }

  /** Everything comes in slices, at this rate in each direction of each connection, from now on. */
  slow(bytesPerSecond: number, sliceBytes: number): void {
    this.slowness = { bytesPerSecond, sliceBytes };
  }

  /** Ends what is open, once; new connections are made as before. */
  cut(): void {
    for (const { near, far } of this.links) {
      near.destroy();
      far.destroy();
    }
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private link(near: Socket): void {
    if (this.fault === 'refuse') {
      near.destroy();
      return;
    }
    const far = connect(this.target);
    const link: Link = { near, far, held: [], saying: '' };
    this.links.add(link);
    this.carry(link, near, far);
    this.carry(link, far, near);
    const end = () => {
      this.links.delete(link);
      near.destroy();
      far.destroy();
    };
    for (const side of [near, far]) side.on('error', end).on('close', end);
  }

  private carry(link: Link, from: Socket, to: Socket): void {
    from.on('data', (data) => {
      if (from === link.near && link.saying.length < rememberedBytes)
        link.saying += data.toString('latin1');
      const pass = () => {
        if (!to.destroyed) to.write(data);
      };
      if (this.fault === 'blackHole' && link.saying.includes(this.concerns)) link.held.push(pass);
      else if (this.delayMs > 0) setTimeout(pass, this.delayMs);
      else if (this.slowness) void this.trickle(data, from, to, this.slowness);
      else pass();
    });
  }

  /** The next is read only when all of this is written. */
  private async trickle(
    data: Buffer,
    from: Socket,
    to: Socket,
    { bytesPerSecond, sliceBytes }: { bytesPerSecond: number; sliceBytes: number },
  ): Promise<void> {
    from.pause();
    for (let at = 0; at < data.length && !to.destroyed; at += sliceBytes) {
      to.write(data.subarray(at, at + sliceBytes));
      await wait((1_000 * sliceBytes) / bytesPerSecond);
    }
    from.resume();
  }
}
