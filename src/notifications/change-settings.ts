import { Refusal, type request, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { SettingsStore } from './settings.store.js';

/** Settings with the version that `If-Match` names. */
export interface VersionedSettings {
  settings: view.NotificationSettings;
  version: number;
}

export const createGetSettings =
  (deps: { settings: SettingsStore }) =>
  async ({ userId }: Pick<Actor, 'userId'>): Promise<VersionedSettings> => {
    const { version, ...settings } = await deps.settings.get(userId);
    return { settings, version };
  };

/** Changes what is named. Throws VERSION_CONFLICT, with the settings as they are, when `ifVersion` is not theirs. */
export const createChangeSettings = (deps: { settings: SettingsStore }) => {
  const get = createGetSettings(deps);
  return async (
    actor: Actor,
    change: request.ChangeNotificationSettings,
    ifVersion?: number,
  ): Promise<VersionedSettings> => {
    const changed = await deps.settings.change(actor.userId, change, ifVersion);
    const current = await get(actor);
    if (!changed) throw new Refusal('VERSION_CONFLICT', undefined, { current: current.settings });
    return current;
  };
};
