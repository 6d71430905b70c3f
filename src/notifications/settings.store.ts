import { Schema, type Connection } from 'mongoose';
import { Refusal, view, type request } from '../contract/index.js';
import { specOf } from '../platform/store.js';

type Settings = view.NotificationSettings;

/** Settings with the version that `If-Match` names. */
export interface VersionedSettings {
  settings: Settings;
  version: number;
}

interface SettingsDocument extends Omit<Settings, 'categories'> {
  _id: string;
  /** Categories that the person has switched; all others are on. */
  categories: Partial<Settings['categories']>;
  version: number;
}

const schema = new Schema<SettingsDocument>(
  {
    _id: String,
    categories: Schema.Types.Mixed,
    quietHours: Schema.Types.Mixed,
    preview: Boolean,
    version: Number,
  },
  { collection: 'notificationSettings', versionKey: false, minimize: false },
);

const untouched: Omit<SettingsDocument, '_id'> = {
  categories: {},
  quietHours: null,
  preview: true,
  version: 0,
};

export class SettingsStore {
  static readonly collections = [specOf(schema)];
  private readonly settings;

  constructor(connection: Connection) {
    this.settings = connection.model('NotificationSettings', schema);
  }

  async forget(userId: string): Promise<void> {
    await this.settings.deleteOne({ _id: userId });
  }

  /** The settings of a person; without a change of theirs version 0: all categories on, no quiet hours. */
  async get(userId: string): Promise<VersionedSettings> {
    const found = (await this.settings.findById(userId).lean<SettingsDocument>()) ?? untouched;
    return { settings: toSettings(found), version: found.version };
  }

  /** Of all of these people. */
  async ofMany(userIds: Iterable<string>): Promise<Map<string, Settings>> {
    const ids = [...new Set(userIds)];
    const found = await this.settings.find({ _id: { $in: ids } }).lean<SettingsDocument[]>();
    const byId = new Map(found.map((one) => [one._id, one]));
    return new Map(ids.map((id) => [id, toSettings(byId.get(id) ?? untouched)]));
  }

  /** Changes what is named. Throws VERSION_CONFLICT, with the settings as they are, when `version` is not theirs. */
  async change(
    userId: string,
    { categories = {}, ...rest }: request.ChangeNotificationSettings,
    version?: number,
  ): Promise<VersionedSettings> {
    const set: Record<string, unknown> = rest;
    for (const [category, on] of Object.entries(categories)) set[`categories.${category}`] = on;
    await this.settings.updateOne({ _id: userId }, { $setOnInsert: untouched }, { upsert: true });
    const result = await this.settings.updateOne(
      { _id: userId, ...(version === undefined ? {} : { version }) },
      { $set: set, $inc: { version: 1 } },
    );
    const current = await this.get(userId);
    if (result.matchedCount === 1) return current;
    throw new Refusal('VERSION_CONFLICT', undefined, { current: current.settings });
  }
}

function toSettings({ categories, quietHours, preview }: Omit<SettingsDocument, '_id'>): Settings {
  const on = view.notificationCategories.map((name) => [name, categories[name] ?? true]);
  return { categories: Object.fromEntries(on) as Settings['categories'], quietHours, preview };
}
