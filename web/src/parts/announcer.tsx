import { useEffect, useState } from 'preact/hooks';
import type { Message } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLanguage } from '../i18n/language.js';
import { useMessageLine } from '../room/use-message-line.js';

/** Enough for a burst; what was read out long ago is dropped. */
const kept = 5;

/**
 * Reads incoming messages out, one after another. Kept apart from the message list, which would otherwise be read
 * out as a whole when a room opens.
 */
export function Announcer() {
  const { client } = useHaggle();
  const { t } = useLanguage();
  const line = useMessageLine();
  const [messages, setMessages] = useState<readonly Message[]>([]);
  useEffect(
    () => client.on('message', (message) => setMessages((old) => [...old, message].slice(-kept))),
    [client],
  );
  return (
    <div class="visually-hidden" role="log" aria-live="polite" aria-relevant="additions">
      {messages.map((message) => (
        <p key={message.id}>
          {t(
            'room.announce',
            nameOf(client.room(message.conversationId).snapshot().conversation, message),
            line(message, client.room(message.conversationId).snapshot().conversation),
          )}
        </p>
      ))}
    </div>
  );
}

function nameOf(
  conversation:
    | { buyer: { id: string; nickname: string }; seller: { id: string; nickname: string } }
    | undefined,
  { senderId }: Message,
): string {
  const people = conversation ? [conversation.buyer, conversation.seller] : [];
  return people.find(({ id }) => id === senderId)?.nickname ?? 'Haggle';
}
