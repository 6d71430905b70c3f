import { createHash } from 'node:crypto';
import type { Connection } from 'mongoose';
import { limits } from '../contract/index.js';
import { groupBy } from '../platform/group-by.js';
import { collectionOf } from '../platform/mongo.js';
import type { CollectionSpec } from '../platform/store.js';

/** One token of one device of one person. */
export interface Device {
  deviceId: string;
  userId: string;
  /** The session that registered it; when that ends, the device gets no more pushes. */
  sessionId: string;
  provider: 'fcm' | 'webpush' | 'log';
  /** The provider's name for the device; for a browser its endpoint. */
  token: string;
  /** A browser's keys, with which pushes are encrypted so that only it can read them. */
  keys?: { p256dh: string; auth: string };
  locale: string;
  timeZone: string;
  lastSeenAt: Date;
}

/** A device as it is stored; the key does not reveal the token. `unreachedSince`: since when its own address has failed. */
export type KnownDevice = Device & { key: string; unreachedSince?: Date };

type DeviceDocument = Device & { _id: string; unreachedSince?: Date };

const DAY_MS = 24 * 3_600_000;
/** A device that was not seen for so long gets no more pushes … */
const silentAfterMs = 30 * DAY_MS;
/** … and after so long it is deleted. Source: docs/push.md. */
const forgottenAfterSeconds = (90 * DAY_MS) / 1_000;
/** A device whose own address has failed for so long is deleted. */
const unreachedMs = 3 * DAY_MS;

/** Devices, keyed by token: registering a token for another person moves it, so nobody gets somebody else's notifications. */
const keyOf = (provider: string, token: string) =>
  createHash('sha256').update(`${provider}:${token}`).digest('base64url');

export class DeviceStore {
  static readonly collections: readonly CollectionSpec[] = [
    {
      name: 'devices',
      indexes: [
        { key: { userId: 1, lastSeenAt: -1 } },
        { key: { sessionId: 1 } },
        { key: { lastSeenAt: 1 }, expireAfterSeconds: forgottenAfterSeconds },
      ],
    },
  ];
  private readonly devices;

  constructor(connection: Connection) {
    this.devices = collectionOf<DeviceDocument>(connection, 'devices');
  }

  async put(device: Device): Promise<void> {
    const _id = keyOf(device.provider, device.token);
    await this.devices.replaceOne({ _id }, device, { upsert: true });
    const { userId, deviceId } = device;
    await this.devices.deleteMany({ userId, deviceId, _id: { $ne: _id } });
    const newest = { projection: { _id: 1 }, sort: { lastSeenAt: -1 } } as const;
    const skip = limits.devicesPerUser;
    const surplus = await this.devices.find({ userId }, { ...newest, skip }).toArray();
    if (surplus.length > 0) await this.forget(surplus.map((one) => one._id));
  }

  async remove(userId: string, deviceId: string): Promise<void> {
    await this.devices.deleteMany({ userId, deviceId });
  }

  async forgetPerson(userId: string): Promise<void> {
    await this.devices.deleteMany({ userId });
  }

  async removeOfSessions(sessionIds: string[]): Promise<void> {
    await this.devices.deleteMany({ sessionId: { $in: sessionIds } });
  }

  /** The time zone of the device that each of these people was last seen with; nobody without one. */
  async timeZonesOf(userIds: string[]): Promise<Map<string, string>> {
    if (userIds.length === 0) return new Map();
    const projection = { _id: 0, userId: 1, timeZone: 1, lastSeenAt: 1 };
    const found = await this.devices
      .find({ userId: { $in: userIds } }, { projection, sort: { lastSeenAt: 1 } })
      .toArray();
    return new Map(found.map(({ userId, timeZone }) => [userId, timeZone]));
  }

  /** Deletes devices that can never be reached again, as their providers say. */
  async forget(keys: string[]): Promise<void> {
    await this.devices.deleteMany({ _id: { $in: keys } });
  }

  /** Notes that devices' own addresses do not answer; deletes those that have not for days. */
  async unreached(keys: string[], now: Date): Promise<void> {
    const among = { _id: { $in: keys } };
    const since = new Date(now.getTime() - unreachedMs);
    await this.devices.deleteMany({ ...among, unreachedSince: { $lt: since } });
    await this.devices.updateMany(
      { ...among, unreachedSince: { $exists: false } },
      { $set: { unreachedSince: now } },
    );
  }

  async reached(keys: string[]): Promise<void> {
    await this.devices.updateMany({ _id: { $in: keys } }, { $unset: { unreachedSince: '' } });
  }

  /** Notes that the devices of these sessions were seen; written at most once a day for each. */
  async seen(sessionIds: string[], now: Date): Promise<void> {
    await this.devices.updateMany(
      {
        sessionId: { $in: sessionIds },
        lastSeenAt: { $lt: new Date(now.getTime() - DAY_MS) },
      },
      { $set: { lastSeenAt: now } },
    );
  }

  /** The devices that get pushes: those that were seen in the last thirty days. */
  async ofMany(userIds: Iterable<string>, now: Date): Promise<Map<string, KnownDevice[]>> {
    const found = await this.devices
      .find({
        userId: { $in: [...new Set(userIds)] },
        lastSeenAt: { $gte: new Date(now.getTime() - silentAfterMs) },
      })
      .toArray();
    const known = found.map(({ _id: key, ...device }): KnownDevice => ({ ...device, key }));
    return groupBy(known, ({ userId }) => userId);
  }
}
