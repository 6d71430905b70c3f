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

/** After so many messages all go on in new conversations: devices and oracle hold all of one from its beginning. */
const talkMost = 10_000;

/** More than this may not wait in a device: a person stops to write when nothing goes out. */
const pendingMax = 20;

/**
 * Pairs of people who talk without a pause while something happens to the servers. Each has a device with the client
 * library in it, on a line of its own as through a load balancer; the oracle judges what they saw.
 */
export class Crowd {
  private readonly people: [Person, Person][] = [];
  private devices: ModelDevice[] = [];
  private book = new FactBook();
  private talking: Promise<unknown> = Promise.resolve();
  private isTalking = false;
  private said = 0;

  private constructor(
    private readonly cluster: TestCluster,
    /** Messages of all together, on average. */
    private readonly perSecond: number,
  ) {}

  /** `FAULT_LOAD`: messages a second, 100 if it is not set; one person says two, as long as that makes a crowd. */
  static async gathers(cluster: TestCluster): Promise<Crowd> {
    const perSecond = Number(process.env['FAULT_LOAD'] ?? 100);
    const crowd = new Crowd(cluster, perSecond);
    for (let pair = 0; pair < Math.max(6, perSecond / 4); pair += 1) {
      const [buyer, seller] = await Promise.all([
        cluster.person(`구매${pair}`, crowd.nodeOf(pair, 0)),
        cluster.person(`판매${pair}`, crowd.nodeOf(pair, 1)),
      ]);
      await seller.gets('PUT', '/v1/me/devices/phone', { provider: 'log', token: randomUUID() });
      crowd.people.push([buyer, seller]);
    }
    await crowd.begins();
    return crowd;
  }

  /** The two of one conversation: others with each number, since nobody may ask about too many things in an hour. */
  pair(number: number): [Person, Person] {
    return this.people[number % this.people.length]!;
  }

  /** Each says something again and again, at moments that follow from the seed, until `stops`. */
  talks(seed: number): void {
    this.isTalking = true;
    // A run of many seeds outlasts a token.
    const iat = Math.floor(Date.now() / 1_000);
    for (const person of this.people.flat())
      person.accessToken = resigned(person.accessToken, { claims: { iat, exp: iat + 900 } });
    const everyMs = (1_000 * this.devices.length) / this.perSecond;
    const talk = async (device: ModelDevice, number: number) => {
      const next = chance(seed * 31 + number);
      while (this.isTalking) {
        await wait(next() * 2 * everyMs);
        if (this.isTalking && device.pending < pendingMax) this.says(device);
      }
    };
    this.talking = Promise.all(this.devices.map(talk));
  }

  /** Talks, and resolves at a moment in it that follows from the seed; to that moment, as `performance.now()` counts. */
  async isUnderLoad(seed: number): Promise<number> {
    this.talks(seed);
    await this.goesOn(1);
    await wait(chance(seed)() * 500);
    return performance.now();
  }

  /** As many further messages were acknowledged as are said in so many seconds, whatever goes on. */
  async goesOn(seconds: number, withinMs?: number): Promise<void> {
    const count = Math.ceil(seconds * this.perSecond);
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
   * acknowledged; what they saw was judged. With every fourth seed nobody is hurried, and this resolves to how long it
   * took, in milliseconds. Else nobody sits out a wait for the next try, which proves nothing.
   */
  async recovers(seed: number, withinMs = 90_000): Promise<number | undefined> {
    const since = performance.now();
    const isHurried = seed % 4 !== 0;
    this.isTalking = false;
    await this.talking;
    for (const device of this.devices) this.says(device);
    await this.areAll(
      'back, and have everything',
      (one) =>
        one.isLive && one.isDone && one.lastSeq === this.book.lastAcknowledged(one.conversationId),
      withinMs,
      isHurried,
    );
    const took = performance.now() - since;
    await this.judged();
    if (this.book.acknowledgements > talkMost) await this.begins();
    return isHurried ? undefined : Math.round(took);
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

  /** New conversations, of which all facts are kept from now on. */
  private async begins(): Promise<void> {
    for (const device of this.devices) device.close();
    this.book = new FactBook();
    this.devices = (await Promise.all(this.people.map((_, pair) => this.joins(pair)))).flat();
  }

  /** The devices of the two, who have said hello. */
  private async joins(pair: number): Promise<ModelDevice[]> {
    const { cluster, book } = this;
    const devices: ModelDevice[] = [];
    const [buyer, seller] = this.pair(pair);
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
      devices.push(device);
      device.connect();
      await eventually('it is connected', () => device.isLive);
      // Before the first word the seller knows of nothing.
      this.says(device);
      await eventually('it is said', () => device.isDone);
    }
    return devices;
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
    isHurried = false,
  ): Promise<void> {
    const look = () => {
      const late = this.devices.filter((device) => !is(device));
      if (isHurried) for (const device of late) device.hurry();
      return late.length === 0;
    };
    try {
      await eventually('', look, withinMs);
    } catch {
      const late = this.devices.filter((device) => !is(device));
      const say = ({ name, isLive, pending, lastSeq, conversationId }: ModelDevice) =>
        `${name} (${isLive ? 'live' : 'away'}, ${pending} pending) at ${lastSeq} of ${this.book.lastAcknowledged(conversationId)}`;
      throw new Error(`not all ${what}: ${late.map(say).join(', ')}`);
    }
  }
}
