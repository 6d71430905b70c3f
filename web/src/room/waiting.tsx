import type { PendingMessage, RoomHandle } from '../../../client/index.js';
import { Bubble } from './bubble.js';

/** What one has written in a room that could not be loaded yet, such as without a connection after a reload. */
export function Waiting(props: { pending: readonly PendingMessage[]; room: RoomHandle }) {
  return (
    <div class="messages">
      <ol class="message-rows">
        {props.pending.map((pending) => (
          <Bubble
            key={pending.clientMessageId}
            row={{
              type: 'bubble',
              key: pending.clientMessageId,
              own: true,
              said: { text: pending.text, place: pending.place, edited: false, unsent: false },
              at: pending.createdAt,
              pending,
              first: true,
              last: true,
            }}
            name=""
            delivery={undefined}
            room={props.room}
          />
        ))}
      </ol>
    </div>
  );
}
