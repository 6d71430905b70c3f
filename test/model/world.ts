import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { Chaos, type PlantedBug } from '../support/chaos/chaos.js';
import { eventually } from '../support/eventually.js';
import { FactBook } from '../support/oracle/fact-book.js';
import type { Facts } from '../support/oracle/facts.js';
import { callRest, type Person } from '../support/person.js';
import type { TestCluster } from '../support/test-cluster.js';
import { ModelDevice } from './model-device.js';
import type { Step } from './steps.js';

/** Scattered fan-outs are late by up to this much. */
const scatterMs = 60;
/** A breath waits no longer than this for what cannot come to rest, such as a message to a node that is gone. */
const breathMs = 400;

/** Two people with two devices each, a conversation, and the cluster between them. */
export class World {
  private readonly underWay: Promise<unknown>[] = [];
  private texts = 0;

  private constructor(
    private readonly cluster: TestCluster,
    private readonly conversation: view.Conversation,
    readonly devices: ModelDevice[],
    private readonly book: FactBook,
  ) {}

  /** Everybody is connected, and the buyer has said a word: before it the seller knows of nothing. */
  static async begin(cluster: TestCluster): Promise<World> {
    const [buyer, seller] = await Promise.all([
      cluster.person('민지', 0),
      cluster.person('준호', 1),
    ]);
    await seller.gets('PUT', '/v1/me/devices/phone', { provider: 'log', token: randomUUID() });
    const conversation = await buyer.asksAbout(await seller.lists());
    const book = new FactBook();
    book.opened(conversation);
    const draft = { clientMessageId: randomUUID(), text: '아직 있나요?' };
    const fact = { device: draft.clientMessageId, conversationId: conversation.id, ...draft };
    book.wasSent({ ...fact, personId: buyer.id, kind: 'text' });
    const { message } = await buyer.sends(conversation, draft.text, draft.clientMessageId);
    book.wasAcknowledged({ ...fact, seq: message.seq });
    const devices = await Promise.all(
      [buyer, buyer, seller, seller].map((person, index) =>
        ModelDevice.of(
          person,
          `${person === buyer ? 'buyer' : 'seller'}-${index}`,
          cluster.gateways,
          index % 2,
          conversation.id,
          book,
        ),
      ),
    );
    const world = new World(cluster, conversation, devices, book);
    for (const device of devices) device.connect();
    await eventually('everybody is connected', () => devices.every((device) => device.isLive));
    return world;
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'breathe':
        return this.breathe();
      case 'kill':
        return this.kill(step.gateway);
      case 'lose':
        return (await this.chaos(step.gateway)).losesFanOuts(step.count);
      case 'duplicate':
        return (await this.chaos(step.gateway)).duplicatesFanOuts();
      case 'scatter':
        return (await this.chaos(step.gateway)).scattersFanOuts(scatterMs);
      default:
        this.act(step, this.devices[step.device]!);
    }
  }

  /** In all processes, the relay too. */
  async plant(...bugs: PlantedBug[]): Promise<void> {
    for (const server of [...this.cluster.gateways, ...this.cluster.workers])
      for (const bug of bugs) await new Chaos(server).plants(bug);
  }

  /**
   * Nothing breaks any more, everybody is back, and each side says a last word: a device learns at the next entry at
   * the latest of what only the other device of its person was told. Rejects when somebody is not up to date then.
   */
  async quiet(withinMs = 20_000): Promise<void> {
    await Promise.all(this.underWay);
    for (const gateway of this.cluster.gateways) await new Chaos(gateway).endsMischief();
    for (const device of this.devices) {
      device.connect();
      device.hurry();
    }
    await this.allAre('back and have sent everything', (one) => one.isLive && one.isDone, withinMs);
    for (const device of [this.devices[0]!, this.devices[2]!]) device.sends(this.text());
    const last = () => this.book.lastAcknowledged(this.conversation.id);
    await this.allAre('up to date', (one) => one.isDone && one.lastSeq === last(), withinMs);
  }

  async facts(): Promise<Facts> {
    const surprises = this.devices.flatMap((device) => device.surprises);
    if (surprises.length > 0) throw new AggregateError(surprises, 'errors of the client library');
    return this.book.close(this.cluster);
  }

  /** Leaves the cluster whole for the next one. */
  async end(): Promise<void> {
    for (const device of this.devices) device.close();
    await Promise.allSettled(this.underWay);
    for (const server of [...this.cluster.gateways, ...this.cluster.workers])
      await new Chaos(server).calmsDown();
  }

  private act(
    step: Exclude<Step, { do: 'breathe' } | { gateway: number }>,
    device: ModelDevice,
  ): void {
    switch (step.do) {
      case 'send':
        for (let index = 0; index < step.count; index += 1) device.sends(this.text());
        return;
      case 'sendTwice':
        return this.sendTwice(device.person);
      case 'edit':
      case 'unsend': {
        const target = device.ownTexts[step.pick % Math.max(1, device.ownTexts.length)];
        // Only what is queued waits for a connection; a change is refused without one.
        if (target === undefined || !device.isLive) return;
        if (step.do === 'edit') device.edits(target, this.text());
        else device.unsends(target);
        return;
      }
      case 'read':
        return device.readsAll();
      case 'leave':
        return device.disconnect();
      case 'return':
        return device.connect();
      case 'cut':
        // It comes back through the other node.
        device.line.turnsTo(this.devices.indexOf(device) < 2 ? 1 : 0);
        return device.line.cut();
    }
  }

  /** Unlike any other. */
  private text(): string {
    this.texts += 1;
    return `말 ${this.texts}`;
  }

  private sendTwice(person: Person): void {
    const { id: conversationId } = this.conversation;
    const draft = { clientMessageId: randomUUID(), text: this.text() };
    // The order of two doors is nobody's promise: a device of its own.
    const fact = { device: draft.clientMessageId, conversationId, ...draft };
    this.book.wasSent({ ...fact, personId: person.id, kind: 'text' });
    for (const { url } of this.cluster.gateways.filter((gateway) => gateway.isRunning))
      this.underWay.push(
        callRest<{ message: view.Message }>(
          url,
          'POST',
          `/v1/conversations/${conversationId}/messages`,
          { body: draft, headers: { authorization: `Bearer ${person.accessToken}` } },
        ).then(
          ({ status, body }) => {
            if (status < 300) this.book.wasAcknowledged({ ...fact, seq: body.message.seq });
          },
          // The node went away.
          () => undefined,
        ),
      );
  }

  private async breathe(): Promise<void> {
    const isAtRest = () => this.devices.every((device) => device.isDone || !device.isLive);
    await eventually('rest', isAtRest, breathMs).catch(() => undefined);
  }

  /** One at a time: a service without any node is no service. */
  private async kill(number: number): Promise<void> {
    await Promise.all(this.underWay);
    const victim = this.cluster.gateways[number]!;
    await victim.kill();
    const restart = victim.start();
    restart.catch(() => undefined);
    this.underWay.push(restart);
  }

  /** Mischief needs a process that listens. */
  private async chaos(number: number): Promise<Chaos> {
    await Promise.all(this.underWay);
    return new Chaos(this.cluster.gateways[number]!);
  }

  private async allAre(
    what: string,
    is: (device: ModelDevice) => boolean,
    withinMs: number,
  ): Promise<void> {
    try {
      await eventually('', () => this.devices.every(is), withinMs);
    } catch {
      const late = this.devices.filter((device) => !is(device));
      throw new Error(
        `not ${what} within ${withinMs} ms: ${late.map(({ name, lastSeq }) => `${name} at ${lastSeq}`).join(', ')}`,
      );
    }
  }
}
