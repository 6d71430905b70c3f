import { createShardedAdapter } from '@socket.io/redis-adapter';
import {
  MessageType,
  type Adapter,
  type BroadcastOptions,
  type ClusterMessage,
} from 'socket.io-adapter';
import type { GatewayContext } from '../context.js';
import type { Logger } from '../platform/logger.js';
import type { RedisClient } from '../platform/redis.js';
import { carryTraces, type ClusterAdapter } from './carried-traces.js';
import { wholeFrame, type EncodedPacket } from './frames.js';
import { fromPublished, textOf, toPublished, type EventPacket } from './published.js';

/**
 * The sharded adapter in dynamic mode: one Redis channel per room, so a node receives only what its own clients need.
 * Both clients must be ready.
 */
export function createAdapter({ config, publisher, subscriber, log, tracing }: GatewayContext) {
  const channelPrefix = `${config.redisPrefix}:io`;
  /** Subscriptions that Redis has not confirmed yet, by channel. */
  const underWay = new Map<string, Promise<unknown>>();
  const heard = hearRejections(subscriber, log, (channel, confirmed) => {
    underWay.set(channel, confirmed);
    const over = () => underWay.get(channel) === confirmed && underWay.delete(channel);
    confirmed.then(over, over);
  });
  const sharded = createShardedAdapter(publisher, heard, {
    channelPrefix,
    subscriptionMode: 'dynamic',
  });
  return {
    // Socket.IO calls it by `new`.
    adapter: function forNamespace(this: void, namespace: unknown) {
      const adapter = sharded(namespace) as unknown as Broadcasting;
      passTexts(adapter);
      const made = withoutIdleRooms(adapter);
      carryTraces(made as unknown as ClusterAdapter, tracing);
      return made;
    },
    /**
     * Resolves once Redis has confirmed the subscription of a room. `join` returns before that. Where the adapter's own
     * request is over, subscribing again changes nothing.
     */
    roomIsLive: async (room: string): Promise<void> => {
      const channel = `${channelPrefix}#/#${room}#`;
      await (underWay.get(channel) ?? heard.ssubscribe(channel));
    },
    /** Resolves once Redis has confirmed everything that this node subscribed to until now. */
    subscribed: async (): Promise<void> => {
      await heard.ssubscribe(`${channelPrefix}#/#`);
    },
  };
}

/** What of the adapter is used or changed here; it is private there, in part. */
interface Broadcasting extends Pick<Adapter, 'rooms' | 'broadcast'> {
  publish(message: { type: MessageType; data: object }): void;
  onMessage(message: object): void;
  onRawMessage(raw: Buffer, channel: Buffer): void;
  /** To Redis. */
  encode(message: ClusterMessage): string | Buffer;
  /** For sockets. */
  _encode(packet: EventPacket, options: EncodedPacket['options']): string[];
}

/**
 * Makes an event into JSON once, for Redis and for sockets, and sends what came from Redis to sockets as it is. The
 * adapter would read it, look through it for bytes and write it again.
 */
function passTexts(adapter: Broadcasting): void {
  const encode = adapter.encode.bind(adapter);
  const onRawMessage = adapter.onRawMessage.bind(adapter);
  const encodePacket = adapter._encode.bind(adapter);
  adapter.encode = (message) => toPublished(message) ?? encode(message);
  adapter.onRawMessage = (raw, channel) => {
    const message = fromPublished(raw);
    if (message) adapter.onMessage(message);
    else onRawMessage(raw, channel);
  };
  adapter._encode = (packet, options) => {
    // One that is to be acknowledged has a number.
    if (packet.id !== undefined) return encodePacket(packet, options);
    const text = `${packet.type}${textOf(packet)}`;
    options.wsPreEncodedFrame = [wholeFrame(text)];
    return [text];
  };
}

/**
 * Publishes what is for a room in which nobody on this node is, and does nothing else with it. The adapter would also
 * encode it for nobody, after Redis has answered.
 */
function withoutIdleRooms(adapter: Broadcasting): Adapter {
  const broadcast = adapter.broadcast.bind(adapter);
  adapter.broadcast = (packet: object, opts: BroadcastOptions) => {
    const [room] = opts.rooms;
    if (opts.flags?.local || opts.rooms.size !== 1 || adapter.rooms.has(room!))
      broadcast(packet, opts);
    else {
      const { flags, except } = opts;
      adapter.publish({
        type: MessageType.BROADCAST,
        data: { packet, opts: { rooms: [room], except: [...(except ?? [])], flags } },
      });
    }
  };
  return adapter as unknown as Adapter;
}

/**
 * Handles failed subscriptions. The adapter (and the client, after a reconnect) neither awaits nor catches them, so one
 * failure would end the process.
 */
function hearRejections(
  subscriber: RedisClient,
  log: Logger,
  subscribing: (channel: string, confirmed: Promise<unknown>) => void,
): RedisClient {
  for (const name of ['subscribe', 'ssubscribe', 'sunsubscribe'] as const) {
    const original = subscriber[name].bind(subscriber) as (...args: unknown[]) => Promise<unknown>;
    subscriber[name] = (...args: unknown[]) => {
      const result = original(...args);
      result.catch((error: Error) =>
        log.warn({ reason: error.message }, `redis did not confirm: ${name}`),
      );
      if (name === 'ssubscribe') subscribing(String(args[0]), result);
      return result;
    };
  }
  return subscriber;
}
