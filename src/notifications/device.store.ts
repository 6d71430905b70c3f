import { createHash } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import { limits } from '../contract/index.js';

/** One token of one device of one person. */
export interface Device {
  deviceId: string;
  userId: string;
  /** The sign-in that registered it; when that ends, the device is told nothing more. */
  sessionId: string;
  provider: 'fcm' | 'webpush' | 'log';
  token: string;
  locale: string;
  timeZone: string;
  lastSeenAt: Date;
}

type DeviceDocument = Device & { _id: string };

const schema = new Schema<DeviceDocument>(
  {
    _id: String,
    deviceId: { type: String, required: true },
    userId: { type: String, required: true },
    sessionId: { type: String, required: true },
    provider: { type: String, required: true },
    token: { type: String, required: true },
    locale: { type: String, required: true },
    timeZone: { type: String, required: true },
    lastSeenAt: { type: Date, required: true },
  },
  { collection: 'devices', versionKey: false },
);
schema.index({ userId: 1, lastSeenAt: -1 });
schema.index({ sessionId: 1 });

/** The token is the key: registering it under another person moves it, so nobody gets another's notifications. */
const keyOf = (provider: string, token: string) =>
  createHash('sha256').update(`${provider}:${token}`).digest('base64url');

export class DeviceStore {
  private readonly devices;

  constructor(connection: Connection) {
    this.devices = connection.model('Device', schema);
  }

  async prepare(): Promise<void> {
    await this.devices.createIndexes();
  }

  async put(device: Device): Promise<void> {
    const _id = keyOf(device.provider, device.token);
    await this.devices.replaceOne({ _id }, device, { upsert: true });
    const { userId, deviceId } = device;
    await this.devices.deleteMany({ userId, deviceId, _id: { $ne: _id } });
    const surplus = await this.devices
      .find({ userId }, { _id: 1 })
      .sort({ lastSeenAt: -1 })
      .skip(limits.devicesPerUser)
      .lean<{ _id: string }[]>();
    if (surplus.length > 0)
      await this.devices.deleteMany({ _id: { $in: surplus.map((one) => one._id) } });
  }

  async remove(userId: string, deviceId: string): Promise<void> {
    await this.devices.deleteMany({ userId, deviceId });
  }

  async removeOfSessions(sessionIds: string[]): Promise<void> {
    await this.devices.deleteMany({ sessionId: { $in: sessionIds } });
  }

  /** The time zone of the device that each of these people was last seen with; nobody without one. */
  async timeZonesOf(userIds: string[]): Promise<Map<string, string>> {
    const found = await this.devices
      .find({ userId: { $in: userIds } }, { _id: 0, userId: 1, timeZone: 1, lastSeenAt: 1 })
      .sort({ lastSeenAt: 1 })
      .lean<Pick<Device, 'userId' | 'timeZone'>[]>();
    return new Map(found.map(({ userId, timeZone }) => [userId, timeZone]));
  }

  async of(userId: string): Promise<(Device & { key: string })[]> {
    const found = await this.devices.find({ userId }).lean<DeviceDocument[]>();
    return found.map(({ _id, ...device }) => ({ ...device, key: _id }));
  }
}
