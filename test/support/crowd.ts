import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { ModelDevice } from '../model/model-device.js';
import { eventually } from './eventually.js';
import { resigned } from './forged-tokens.js';
import { FactBook } from './oracle/fact-book.js';
import { mustBeKept } from './oracle/oracle.js';
import type { Person } from './person.js';
import { chance } from './seeds.js';
import type { TestCluster } from './test-cluster.js';

interface Options {
  pairs?: number;
  /** Between two messages of a device, on average, in milliseconds. */
  everyMs?: number;
}

/** More than this may not wait in a device: a person stops to write when nothing goes out. */
const pendingMax = 20;

/**
 * Pairs of people who talk without a pause while something happens to the servers. Each has a device with the client
 * library in it, on a line of its own as through a load balancer; the oracle judges what they saw.
 */
export class Crowd {
  private readonly devices: ModelDevice[] = [];
  private readonly book = new FactBook();
  private talking: Promise<unknown> = Promise.resolve();
  private isTalking = false;
  private said = 0;

  private constructor(
    private readonly cluster: TestCluster,
    private readonly everyMs: number,
  ) {}

  static async gathers(
    cluster: TestCluster,
    { pairs = 6, everyMs = 500 }: Options = {},
  ): Promise<Crowd> {
    const crowd = new Crowd(cluster, everyMs);
    for (let pair = 0; pair < pairs; pair += 1) await crowd.joins(pair);
    await crowd.areAll('connected', (one) => one.isLive);
    return crowd;
  }

  /** The two of one conversation: others with each number, since nobody may ask about too many things in an hour. */
  pair(number: number): [Person, Person] {
    const first = 2 * (number % (this.devices.length / 2));
    return [this.devices[first]!.person, this.devices[first + 1]!.person];
  }

  /** Each says something again and again, at moments that follow from the seed, until `stops`. */
  talks(seed: number): void {
    this.isTalking = true;
    // A run of many seeds outlasts a token.
    const iat = Math.floor(Date.now() / 1_000);
    for (const { person } of this.devices)
      person.accessToken = resigned(person.accessToken, { claims: { iat, exp: iat + 900 } });
    const talk = async (device: ModelDevice, number: number) => {
      const next = chance(seed * 31 + number);
      while (this.isTalking) {
        await wait(next() * 2 * this.everyMs);
        if (this.isTalking && device.pending < pendingMax) this.says(device);
      }
    };
    this.talking = Promise.all(this.devices.map(talk));
  }

  /** Talks, and resolves at a moment in it that follows from the seed; to that moment, as `performance.now()` counts. */
  async isUnderLoad(seed: number): Promise<number> {
    this.talks(seed);
    await this.goesOn(20);
    await wait(chance(seed)() * 500);
    return performance.now();
  }

  /** So many further messages were acknowledged, whatever goes on. */
  async goesOn(count: number, withinMs?: number): Promise<void> {
    const goal = this.book.acknowledgements + count;
    await eventually(
      `${count} more messages are acknowledged`,
      () => this.book.acknowledgements >= goal,
      withinMs,
    );
  }

  /** The longest time since a moment of `performance.now()` in which nobody got an answer, in milliseconds. */
  longestPause(since: number): number {
    return Math.round(this.book.longestPause(since));
  }

  /**
   * Call when the fault is over. Everybody says one word more, and is then up to date with everything that was ever
   * acknowledged; nobody is hurried. Resolves to how long that took, in milliseconds; what they saw was judged.
   */
  async recovers(withinMs = 90_000): Promise<number> {
    const since = performance.now();
    this.isTalking = false;
    await this.talking;
    for (const device of this.devices) this.says(device);
    await this.areAll(
      'back, and have everything',
      (one) =>
        one.isLive && one.isDone && one.lastSeq === this.book.lastAcknowledged(one.conversationId),
      withinMs,
    );
    const took = performance.now() - since;
    await this.judged();
    return Math.round(took);
  }

  /** Goes to another node with the next connection. */
  turnsTo(gateway: number): void {
    for (const { line } of this.devices) line.turnsTo(gateway);
  }

  /** Each is cut off and goes to its first node: after a fault all may sit on one. */
  async spreads(): Promise<void> {
    for (const [number, { line }] of this.devices.entries()) {
      line.turnsTo(this.nodeOf(Math.floor(number / 2), number % 2));
      line.cut();
    }
    await this.areAll('connected', (one) => one.isLive, 60_000);
  }

  leaves(): void {
    this.isTalking = false;
    for (const device of this.devices) device.close();
  }

  private async judged(): Promise<void> {
    const surprises = this.devices.flatMap((device) => device.surprises);
    if (surprises.length > 0) throw new AggregateError(surprises, 'errors of the client library');
    mustBeKept(await this.book.close(this.cluster));
  }

  /** The two of a pair are on different nodes. */
  private nodeOf(pair: number, side: number): number {
    return (pair + side) % this.cluster.gateways.length;
  }

  private async joins(pair: number): Promise<void> {
    const { cluster, book } = this;
    const [buyer, seller] = await Promise.all([
      cluster.person(`구매${pair}`, this.nodeOf(pair, 0)),
      cluster.person(`판매${pair}`, this.nodeOf(pair, 1)),
    ]);
    await seller.gets('PUT', '/v1/me/devices/phone', { provider: 'log', token: randomUUID() });
    const conversation = await buyer.asksAbout(await seller.lists());
    book.opened(conversation);
    for (const [number, person] of [buyer, seller].entries()) {
      const device = await ModelDevice.of(
        person,
        `${number === 0 ? 'buyer' : 'seller'}-${pair}`,
        cluster.gateways,
        this.nodeOf(pair, number),
        conversation.id,
        book,
      );
      this.devices.push(device);
      device.connect();
      await eventually('it is connected', () => device.isLive);
      // Before the first word the seller knows of nothing.
      this.says(device);
      await eventually('it is said', () => device.isDone);
    }
  }

  /** Unlike any other. */
  private says(device: ModelDevice): void {
    this.said += 1;
    device.sends(`말 ${this.said}`);
  }

  private async areAll(
    what: string,
    is: (device: ModelDevice) => boolean,
    withinMs?: number,
  ): Promise<void> {
    try {
      await eventually('', () => this.devices.every(is), withinMs);
    } catch {
      const late = this.devices.filter((device) => !is(device));
      const say = ({ name, isLive, pending, lastSeq, conversationId }: ModelDevice) =>
        `${name} (${isLive ? 'live' : 'away'}, ${pending} pending) at ${lastSeq} of ${this.book.lastAcknowledged(conversationId)}`;
      throw new Error(`not all ${what}: ${late.map(say).join(', ')}`);
    }
  }
}
