import { setTimeout as delay } from 'node:timers/promises';
import { LeanWebSocket } from './web-socket.js';

/** The key that its documents give for the salt of its own configuration. */
const path = '/v0/channels?apikey=AQEAAAABAAD_rAp4DJh05a1HAwFT3A6K';

const LOCKED = 503;
const [triesMax, retryMs] = [100, 100];

/** What the server answers to a request. */
export interface Control {
  id?: string;
  code: number;
  text: string;
  params?: { user?: string; token?: string };
}

/** An entry that another session published. */
export interface Data {
  seq: number;
  content: string;
}

/** A session with a Tinode server: the few packets of its protocol that signing up and talking need. */
export class TinodeSession {
  /** Called with the answers to what `say` sent. */
  control: (answer: Control) => void = () => undefined;
  data: (data: Data) => void = () => undefined;
  private readonly waiting = new Map<string, (answer: Control) => void>();
  private number = 0;

  private constructor(private readonly socket: LeanWebSocket) {}

  static async open(
    port: number,
    ended: (reason: string) => void = () => undefined,
  ): Promise<TinodeSession> {
    const session = new TinodeSession(await LeanWebSocket.open(port, path, ended));
    session.socket.listen((text) => session.hear(text));
    await session.asks('hi', { ver: '0.22', ua: 'bench' });
    return session;
  }

  /** Makes an account and signs in with it. */
  async signUp(login: string): Promise<{ id: string; token: string }> {
    const name = login.replaceAll('-', '').slice(0, 24);
    const secret = Buffer.from(`${name}:correct horse`).toString('base64');
    const asked = { user: 'new', scheme: 'basic', secret, login: true };
    const { params } = await this.asks('acc', { ...asked, desc: { public: { fn: name } } });
    return { id: params!.user!, token: params!.token! };
  }

  async signIn(token: string): Promise<void> {
    await this.asks('login', { scheme: 'token', secret: token });
  }

  /** Receives from now on what is said in the conversation with this person, which begins with the first of both. */
  async attach(person: string): Promise<void> {
    for (let left = triesMax; ; left -= 1) {
      const { code, text } = await this.answerTo('sub', { topic: person });
      if (code < 300) return;
      // It is about to be loaded or unloaded on a node; clients try again.
      if (code !== LOCKED || left === 0) throw new Error(`sub: ${code} ${text}`);
      await delay(retryMs);
    }
  }

  /** Sends a packet; its answer, if any, comes to `control` with this id. */
  say(kind: string, packet: object): void {
    this.socket.send(JSON.stringify({ [kind]: packet }));
  }

  close(): void {
    this.socket.close();
  }

  private async asks(kind: string, packet: object): Promise<Control> {
    const answer = await this.answerTo(kind, packet);
    if (answer.code >= 300) throw new Error(`${kind}: ${answer.code} ${answer.text}`);
    return answer;
  }

  private answerTo(kind: string, packet: object): Promise<Control> {
    const id = `ask-${(this.number += 1)}`;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.say(kind, { id, ...packet });
    });
  }

  private hear(text: string): void {
    const { ctrl, data } = JSON.parse(text) as { ctrl?: Control; data?: Data };
    if (data) this.data(data);
    if (!ctrl) return;
    const waiting = ctrl.id === undefined ? undefined : this.waiting.get(ctrl.id);
    if (waiting) waiting(ctrl);
    else this.control(ctrl);
  }
}
