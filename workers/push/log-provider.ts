import type { Logger } from '../../src/platform/logger.js';
import type { PushProvider } from './provider.js';

/** For development: the notification becomes a line of the log, with ids and no word of what people wrote. */
export const createLogProvider = (log: Logger): PushProvider => ({
  name: 'log',
  send(device, { conversationId, seq, badge }) {
    log.info(
      { userId: device.userId, deviceId: device.deviceId, conversationId, seq, badge },
      'push notification',
    );
    return Promise.resolve();
  },
});
