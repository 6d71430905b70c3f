import { invalid } from '../contract/index.js';
import type { SocketDoor } from '../realtime/socket-door.js';
import type { TradeCommands } from './index.js';

export function mountTradeEvents(door: SocketDoor, { offers: commands }: TradeCommands): void {
  door
    .inTurn('offer:make', async (actor, payload) => {
      const { offer, message } = await commands.make(actor, payload);
      return { offer, message };
    })
    .on('offer:respond', (actor, { offerId, action, amount, version, clientMessageId }) => {
      if (action === 'decline' || action === 'withdraw')
        return commands[action](actor, offerId, { version, clientMessageId });
      if (amount === undefined) throw invalid('amount', `is needed to ${action}`);
      return commands[action](actor, offerId, { amount, version, clientMessageId });
    });
}
