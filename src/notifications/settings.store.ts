import { Schema, type Connection } from 'mongoose';
import { view } from '../contract/index.js';
import type { Category } from './category.js';
import type { QuietHours } from '../domain/quiet-hours.js';

/** How a person wants to be told. */
export interface NotificationSettings {
  categories: Record<Category, boolean>;
  /** In the time zone of the device that was seen last. */
  quietHours: QuietHours | null;
  /** Whether what people wrote may be shown. */
  preview: boolean;
}

export interface SettingsChange {
  categories?: Partial<Record<Category, boolean | undefined>> | undefined;
  quietHours?: QuietHours | null | undefined;
  preview?: boolean | undefined;
}

interface SettingsDocument {
  _id: string;
  /** Categories that the person has switched; all others are on. */
  categories: Partial<Record<Category, boolean>>;
  quietHours: QuietHours | null;
  preview: boolean;
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
  private readonly settings;

  constructor(connection: Connection) {
    this.settings = connection.model('NotificationSettings', schema);
  }

  async prepare(): Promise<void> {
    await this.settings.createCollection();
  }

  /** The settings of a person; without a change of theirs version 0: all categories on, no quiet hours. */
  async get(userId: string): Promise<NotificationSettings & { version: number }> {
    const found = await this.settings.findById(userId).lean<SettingsDocument>();
    const { version } = found ?? untouched;
    return { ...toSettings(found ?? untouched), version };
  }

  /** Of all of these people. */
  async ofMany(userIds: Iterable<string>): Promise<Map<string, NotificationSettings>> {
    const ids = [...new Set(userIds)];
    const found = await this.settings.find({ _id: { $in: ids } }).lean<SettingsDocument[]>();
    const byId = new Map(found.map((one) => [one._id, one]));
    return new Map(ids.map((id) => [id, toSettings(byId.get(id) ?? untouched)]));
  }

  /** Changes the named settings. False: they have another version than the given one, and nothing was changed. */
  async change(userId: string, change: SettingsChange, version?: number): Promise<boolean> {
    const set: Record<string, unknown> = {};
    for (const [category, on] of Object.entries(change.categories ?? {}))
      if (on !== undefined) set[`categories.${category}`] = on;
    if (change.quietHours !== undefined) set['quietHours'] = change.quietHours;
    if (change.preview !== undefined) set['preview'] = change.preview;
    await this.settings.updateOne({ _id: userId }, { $setOnInsert: untouched }, { upsert: true });
    const result = await this.settings.updateOne(
      { _id: userId, ...(version === undefined ? {} : { version }) },
      { $set: set, $inc: { version: 1 } },
    );
    return result.matchedCount === 1;
  }
}

function toSettings(stored: Omit<SettingsDocument, '_id'>): NotificationSettings {
  const { quietHours, preview } = stored;
  const on = view.notificationCategories.map(
    (category) => [category, stored.categories[category] ?? true] as const,
  );
  return {
    categories: Object.fromEntries(on) as Record<Category, boolean>,
    quietHours,
    preview,
  };
}
