import type { Message, RoomHandle } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';
import { useReadable } from '../app/use-readable.js';
import { useLanguage } from '../i18n/language.js';
import { nameOf } from '../i18n/name-of.js';
import { useMessageActs } from './message-acts.js';
import { useMessageLine } from './use-message-line.js';

/** What a message answers, in one line inside of it; a tap goes there. */
export function Quote({ room, seq }: { room: RoomHandle; seq: number }) {
  const { t } = useLanguage();
  const { goTo } = useMessageActs();
  const quoted = useQuoted(room, seq);
  return (
    <button
      type="button"
      class="quote"
      aria-label={t('message.toOriginal', `${quoted.name} ${quoted.line}`)}
      onClick={() => goTo(seq)}
    >
      <strong>{quoted.name}</strong>
      <span>{quoted.line}</span>
    </button>
  );
}

/** Who said an entry, and what. One that is further back than what is loaded is asked for by itself. */
export function useQuoted(room: RoomHandle, seq: number): { name: string; line: string } {
  const { client } = useHaggle();
  const { t } = useLanguage();
  const lineOf = useMessageLine();
  const { entries, conversation } = useReadable(room);
  const me = useReadable(client.userId);
  const here = entries.find(({ message }) => message.seq === seq)?.message;
  const { value: older } = useLoad(
    `quoted ${room.id} ${seq}`,
    async () =>
      here ?? (await client.api.readHistory(room.id, { beforeSeq: seq + 1, limit: 1 })).items[0],
    here === undefined,
  );
  const message: Message | undefined = here ?? older;
  if (!message || message.seq !== seq) return { name: '', line: t('message.earlier') };
  const sender = [conversation?.buyer, conversation?.seller].find(
    (person) => person?.id === message.senderId,
  );
  const name = message.senderId === me ? t('message.you') : sender ? nameOf(sender, t) : '';
  return { name, line: lineOf(message, conversation) };
}
