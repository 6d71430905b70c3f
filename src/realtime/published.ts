import { MessageType, type ClusterMessage } from 'socket.io-adapter';

/**
 * What nodes publish to each other for a room: the JSON of the adapter with the data of the packet last, so that who gets
 * it can send the data to sockets as they are. Nodes that do not know of it read it as any other JSON.
 */
const mark = ',"packet":{"type":2,"data":';
const end = '}}}';

/** An event for a room. `text`: its data as JSON. */
export interface EventPacket {
  type: number;
  id?: number;
  data?: unknown[];
  text?: string;
}

interface Published {
  uid: string;
  nsp: string;
  type: MessageType;
  data: { opts: object; packet: EventPacket };
}

/** The JSON of the data of an event, made once for Redis and for the sockets of this node. */
export const textOf = (packet: EventPacket): string =>
  (packet.text ??= JSON.stringify(packet.data));

/** Undefined for what is no event to a room, which the adapter writes by itself. */
export function toPublished(message: ClusterMessage): string | undefined {
  if (message.type !== MessageType.BROADCAST || message.data.requestId !== undefined)
    return undefined;
  const { uid, nsp, type } = message;
  const { opts, packet } = message.data as Published['data'];
  const head = JSON.stringify({ uid, nsp, type, data: { opts } });
  return `${head.slice(0, -2)}${mark}${textOf(packet)}${end}`;
}

/** Undefined for what another version or the adapter itself wrote in another order. */
export function fromPublished(raw: Buffer): Published | undefined {
  // Within a text the quotes of the mark would have a backslash before them.
  const at = raw.indexOf(mark);
  if (at < 0 || raw.toString('latin1', raw.length - end.length) !== end) return undefined;
  const head = JSON.parse(`${raw.toString('utf8', 0, at)}}}`) as Published;
  const text = raw.toString('utf8', at + mark.length, raw.length - end.length);
  return { ...head, data: { opts: head.data.opts, packet: { type: 2, text } } };
}
