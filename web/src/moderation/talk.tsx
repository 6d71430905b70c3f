import type { Message, User } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { nameOf } from '../i18n/name-of.js';
import { useFormat } from '../i18n/use-format.js';
import { useMessageLine } from '../room/use-message-line.js';

/** Messages of a conversation as its moderator reads them: who said what when. */
export function Talk(props: {
  messages: readonly Message[];
  people: readonly User[];
  /** The one that was reported. */
  reportedId?: string;
}) {
  const { t } = useLanguage();
  const format = useFormat();
  const line = useMessageLine();
  const nameIn = (id: string | null) => {
    const person = props.people.find((one) => one.id === id);
    return person ? nameOf(person, t) : 'Haggle';
  };
  return (
    <ol class="moderation-talk" aria-label={t('moderation.talk')}>
      {props.messages.map((message) => (
        <li key={message.id} class={message.id === props.reportedId ? 'is-reported' : undefined}>
          <p class="queue-facts">
            <b>{nameIn(message.senderId)}</b>{' '}
            <time dateTime={message.createdAt}>{format.meeting(message.createdAt)}</time>
            {message.id === props.reportedId && (
              <span class="chip chip-onSale">{t('moderation.reported')}</span>
            )}
          </p>
          <p class="moderation-words">{line(message, undefined)}</p>
          {message.images && (
            <ul class="moderation-photos">
              {message.images.map((image, index) => (
                <li key={image.id}>
                  <a href={image.urls.full} target="_blank" rel="noopener">
                    <img src={image.urls.thumb} alt={t('room.photo', index + 1)} loading="lazy" />
                  </a>
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ol>
  );
}
