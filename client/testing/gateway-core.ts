import { Refusal } from '../../src/contract/errors.js';
import { limits } from '../../src/contract/limits.js';
import type { Answers, ServerEvents } from '../contract-types.js';
import { Clock, type MockTimers } from './clock.js';
import { withoutLeftOut } from './check.js';
import { commands, presenceOf } from './commands.js';
import { peopleOf } from './conversations.js';
import { Faults } from './faults.js';
import { identify } from './people.js';
import { repeatingId } from './repeating-id.js';
import type { ClientEventName, ServerEventName } from './event-names.js';
import {
  emptyState,
  type Actor,
  type StoredConversation,
  type TokenState,
  type World,
} from './world.js';

export interface CoreOptions {
  /** Milliseconds that every packet and every REST answer is on its way, each direction. */
  latencyMs: number;
  /** An entry that a connected device has not taken after this time is hinted to it, as the relay does. */
  hintAfterMs: number;
  timers?: MockTimers;
}

/** A connected socket, as the gateway sees it. */
export interface LiveSocket {
  readonly id: string | undefined;
  readonly actor: Actor | undefined;
  /** Whose coming and going it wants to hear of. */
  readonly watching: Set<string>;
  hear<Name extends ServerEventName>(event: Name, payload: ServerEvents[Name]): void;
  revoke(reason: ServerEvents['session:revoked']['reason']): void;
  end(reason: string): void;
}

/** The gateway behind its two doors: the world, the live sockets, and who is told what. */
export class GatewayCore implements World {
  state = emptyState();
  readonly tokens = new Map<string, TokenState>();
  readonly endedSessions = new Set<string>();
  readonly faults = new Faults();
  readonly clock: Clock;
  latencyMs: number;
  reachable = true;
  private readonly sockets = new Map<string, LiveSocket>();
  private readonly active = new Map<string, Date>();
  private readonly hintsPlanned = new Set<string>();
  private readonly hintAfterMs: number;
  private generation = 1;
  private made = 0;

  constructor({ latencyMs, hintAfterMs, timers }: CoreOptions) {
    this.clock = new Clock(timers);
    this.latencyMs = latencyMs;
    this.hintAfterMs = hintAfterMs;
  }

  now(): Date {
    return this.clock.now();
  }

  nextId(kind: string): string {
    this.made += 1;
    return `${kind}-${this.made}`;
  }

  tell<Name extends ServerEventName>(
    userId: string,
    event: Name,
    payload: ServerEvents[Name],
    exceptSocketId?: string,
  ): void {
    for (const socket of this.socketsOf(userId))
      if (socket.id !== exceptSocketId) socket.hear(event, payload);
  }

  isOnline(userId: string): boolean {
    return this.socketsOf(userId).length > 0;
  }

  lastActive(userId: string): Date | undefined {
    return this.active.get(userId);
  }

  watch(socketId: string, userIds: string[], on: boolean): void {
    const watched = this.sockets.get(socketId)?.watching;
    for (const userId of userIds) {
      if (on) watched?.add(userId);
      else watched?.delete(userId);
    }
  }

  endSession(sessionId: string): void {
    this.endedSessions.add(sessionId);
    for (const socket of [...this.sockets.values()])
      if (socket.actor?.sessionId === sessionId) socket.revoke('signedOut');
  }

  appended(conversation: StoredConversation): void {
    const { id } = conversation;
    if (this.hintsPlanned.has(id)) return;
    this.hintsPlanned.add(id);
    this.clock.inBackground(this.hintAfterMs, () => {
      this.hintsPlanned.delete(id);
      const now = this.state.conversations[id];
      if (now) this.hint(now);
    });
  }

  /** Throws the refusal of the handshake; a gateway that can't be reached throws something else. */
  admit(auth: Record<string, unknown>): Actor {
    if (!this.reachable) throw new Error('the mock gateway is out of reach');
    this.faults.mustNotRefuse('connection');
    // Null and nothing count as left out, and digits as a number.
    if (Number(auth.protocol || 1) !== 1) throw new Refusal('PROTOCOL_UNSUPPORTED');
    return identify(this, typeof auth.token === 'string' ? auth.token : undefined);
  }

  /** A socket is in: its person's oldest gives way when there are too many. */
  enter(socket: LiveSocket, { userId, sessionId }: Actor): void {
    const cameOnline = !this.isOnline(userId);
    this.sockets.set(socket.id!, socket);
    const own = this.socketsOf(userId);
    if (own.length > limits.socketsPerUser) own[0]!.revoke('replaced');
    this.active.set(userId, this.now());
    socket.hear('session:ready', {
      userId,
      sessionId,
      nodeId: `mock-${this.generation}`,
      protocol: 1,
      epoch: this.state.epoch,
      serverTime: this.now().toISOString(),
      limits: announced,
    });
    if (cameOnline) this.showPresence(userId);
  }

  leave(socketId: string, userId: string): void {
    this.sockets.delete(socketId);
    this.active.set(userId, this.now());
    if (!this.isOnline(userId)) this.showPresence(userId);
  }

  /** One request of a socket or of a person that the test moves. Throws the refusal. */
  run<Name extends ClientEventName>(actor: Actor, event: Name, payload: unknown): Answers[Name] {
    const command = commands[event] as (typeof commands)[Name] | undefined;
    if (!command) throw new Refusal('VALIDATION_FAILED', 'There is no such event');
    this.active.set(actor.userId, this.now());
    const input = withoutLeftOut(payload);
    return repeatingId(input, command(this, actor, input));
  }

  socketsOf(userId?: string): LiveSocket[] {
    const all = [...this.sockets.values()];
    return userId === undefined ? all : all.filter(({ actor }) => actor?.userId === userId);
  }

  /** What connects from now on meets another node. */
  nextNode(): void {
    this.generation += 1;
  }

  private hint(conversation: StoredConversation): void {
    const lastSeq = conversation.entries.length;
    for (const person of peopleOf(conversation)) {
      const { deliveredSeq } = conversation.members[person]!;
      const missed = conversation.entries
        .slice(deliveredSeq)
        .some(({ message }) => message.senderId !== person);
      if (missed) this.tell(person, 'sync:hint', { conversationId: conversation.id, lastSeq });
    }
  }

  private showPresence(userId: string): void {
    for (const socket of this.socketsOf())
      if (socket.actor && socket.watching.has(userId))
        socket.hear('presence', presenceOf(this, socket.actor.userId, userId));
  }
}

const announced = {
  textLength: limits.textLength,
  frameBytes: limits.frameBytes,
  messagesPerSecond: limits.messagesPerSecond,
  messageBurst: limits.messageBurst,
  typingEverySeconds: limits.typingEverySeconds,
  syncKnown: limits.syncKnown,
  noteLength: limits.noteLength,
};
