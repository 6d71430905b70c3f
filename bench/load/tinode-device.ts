import type { Hears, TalkDevice } from './device.js';
import { TinodeSession } from './tinode-session.js';

/** One connected device of a Tinode server, attached to the conversation with one other person. */
export class TinodeDevice implements TalkDevice {
  private session: TinodeSession | undefined;
  private broken: ((reason: Error) => void) | undefined;

  constructor(
    private readonly port: number,
    private readonly token: string,
    private readonly other: string,
    private readonly hears: Hears,
  ) {}

  async connect(broken: (reason: Error) => void): Promise<void> {
    this.session = await TinodeSession.open(this.port, (reason) =>
      this.broken?.(new Error(`a connection ended: ${reason}`)),
    );
    this.session.control = ({ id, code, text }) =>
      this.hears.ack?.(Number(id), { ok: code < 300, error: { code: text } });
    this.session.data = ({ seq, content }) =>
      this.hears.message?.({ seq, text: content, conversationId: this.other });
    await this.session.signIn(this.token);
    await this.session.attach(this.other);
    this.broken = broken;
  }

  send(event: string, payload: { text?: string; seq?: number }, number: number): void {
    const topic = this.other;
    if (event === 'message:send')
      this.session!.say('pub', { id: String(number), topic, noecho: true, content: payload.text });
    else if (event === 'receipt:read')
      this.session!.say('note', { topic, what: 'read', seq: payload.seq });
  }

  close(): void {
    this.broken = undefined;
    this.session?.close();
  }
}
