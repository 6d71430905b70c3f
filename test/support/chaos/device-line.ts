import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { ServerProcess } from '../server-process.js';

/** The way of one device to the cluster, as through a load balancer: to its node while that runs, else to another. */
export class DeviceLine {
  private readonly ends = new Set<Socket>();
  private readonly server: Server;

  private constructor(
    private readonly gateways: ServerProcess[],
    private prefers: number,
  ) {
    this.server = createServer((near) => this.link(near));
  }

  static async open(gateways: ServerProcess[], prefers: number): Promise<DeviceLine> {
    const line = new DeviceLine(gateways, prefers);
    await new Promise<void>((resolve) => line.server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Where the next connection goes. */
  turnsTo(gateway: number): void {
    this.prefers = gateway;
  }

  /** As when a train enters a tunnel: nobody says goodbye. */
  cut(): void {
    for (const end of this.ends) end.destroy();
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private link(near: Socket): void {
    const wanted = this.gateways[this.prefers]!;
    const { port } = wanted.isRunning
      ? wanted
      : (this.gateways.find((one) => one.isRunning) ?? wanted);
    const far = connect(port, '127.0.0.1');
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.ends.add(end);
      end.pipe(other);
      end.on('error', () => undefined);
      end.on('close', () => {
        this.ends.delete(end);
        other.destroy();
      });
    }
  }
}
