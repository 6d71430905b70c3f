import type { Logger } from '../../src/platform/logger.js';
import type { PushProvider } from './provider.js';

/** For development: the notification becomes a line of the log, with ids and no word of what people wrote. */
export const createLogProvider = (log: Logger): PushProvider => ({
  name: 'log',
  send({ userId, deviceId }, { id, conversationId, seq, template, badge, silent }) {
    log.info(
      { userId, deviceId, id, conversationId, seq, template, badge, silent },
      'push notification',
    );
    return Promise.resolve({ kind: 'taken' });
  },
});
