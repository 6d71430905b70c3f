import { LeanWebSocket } from './web-socket.js';

/** What the generator reads of an entry that arrives. */
export interface Arrived {
  text: string;
  seq?: number;
  conversationId: string;
}

export interface Answer {
  ok: boolean;
  data?: { messages?: Arrived[] };
  error?: { code: string; retryAfterMs?: number };
}

/** A device of one side of a conversation. */
export interface TalkDevice {
  connect(broken: (reason: Error) => void): Promise<void>;
  send(event: string, payload: object, number: number): void;
  close(): void;
}

export interface Hears {
  /** Called with the acknowledgement of the send with this number. */
  ack?(number: number, answer: Answer): void;
  message?(arrived: Arrived): void;
  /** Called when the server says that this device may be behind. */
  hint?(lastSeq: number): void;
}

const connectMs = 10_000;

/** One connected device, with only the part of Socket.IO that sending and receiving need. */
export class Device implements TalkDevice {
  private socket: LeanWebSocket | undefined;
  private ready: (() => void) | undefined;
  private failed: ((reason: Error) => void) | undefined;

  constructor(
    private readonly port: number,
    private readonly token: string,
    private readonly hears: Hears,
  ) {}

  /** Resolves when the server says that the person's room is live. `broken` is called when a connection ends later. */
  async connect(broken: (reason: Error) => void): Promise<void> {
    const live = new Promise<void>((resolve, reject) => {
      this.ready = resolve;
      this.failed = reject;
    });
    const timer = setTimeout(() => this.failed?.(new Error('no session:ready in time')), connectMs);
    this.socket = await LeanWebSocket.open(
      this.port,
      '/socket.io/?EIO=4&transport=websocket',
      (reason) => this.failed?.(new Error(`a connection ended: ${reason}`)),
    );
    this.socket.listen((text) => this.hear(text));
    await live.finally(() => clearTimeout(timer));
    this.failed = broken;
  }

  /** `number` returns with the acknowledgement; numbers are unique in the process, so that a text can carry them. */
  send(event: string, payload: object, number: number): void {
    this.socket!.send(`42${number}${JSON.stringify([event, payload])}`);
  }

  close(): void {
    this.failed = undefined;
    this.socket?.close();
  }

  /** Engine.IO and Socket.IO put the kind of packet first: 0 open, 2 ping, 40 connect, 42 event, 43 ack, 44 error. */
  private hear(packet: string): void {
    if (packet.startsWith('43')) this.hearAck(packet);
    else if (packet.startsWith('42')) this.hearEvent(packet.slice(2));
    else if (packet === '2') this.socket!.send('3');
    else if (packet.startsWith('0'))
      this.socket!.send(`40${JSON.stringify({ token: this.token })}`);
    else if (packet.startsWith('44')) this.failed?.(new Error(`refused: ${packet}`));
  }

  private hearAck(packet: string): void {
    const at = packet.indexOf('[');
    const [answer] = JSON.parse(packet.slice(at)) as [Answer];
    this.hears.ack?.(Number(packet.slice(2, at)), answer);
  }

  private hearEvent(body: string): void {
    const [event, payload] = JSON.parse(body) as [string, { message: Arrived; lastSeq: number }];
    if (event === 'message:new') this.hears.message?.(payload.message);
    else if (event === 'sync:hint') this.hears.hint?.(payload.lastSeq);
    else if (event === 'session:ready') this.ready?.();
  }
}
