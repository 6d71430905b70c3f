import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import {
  HaggleError,
  type Conversation,
  type Message,
  type OfferSide,
  type RoomSnapshot,
} from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useToast } from '../app/toast.js';
import { useReadable } from '../app/use-readable.js';
import { DealBar } from '../deal/deal-bar.js';
import { useDeals, type Deals } from '../deal/use-deals.js';
import { useLanguage } from '../i18n/language.js';
import { Empty } from '../parts/empty.js';
import { ScreenBar } from '../parts/screen-bar.js';
import { Composer } from './composer.js';
import { keptDraft } from './kept-draft.js';
import { ListingStrip } from './listing-strip.js';
import { MessageActsProvider } from './message-acts.js';
import { MessageList, type ListMoves } from './message-list.js';
import { MessageMenu } from './message-menu.js';
import { OfferSheet } from './offer-sheet.js';
import { sideOf } from './other-side.js';
import { RoomHead } from './room-head.js';
import { Waiting } from './waiting.js';

/** One conversation: what it is about, what was said, what one can do next. */
export function RoomPane({ id }: { id: string }) {
  const { client } = useHaggle();
  const { t } = useLanguage();
  const room = client.room(id);
  const snapshot = useReadable(room);
  const connection = useReadable(client.state);
  const me = useReadable(client.session)?.user.id ?? '';
  const toast = useToast();
  const [offering, setOffering] = useState(false);
  const [missing, setMissing] = useState(false);
  const [chosen, setChosen] = useState<Message>();
  const [replyTo, setReplyTo] = useState(() => keptDraft(me, id).read().replyTo);
  const box = useRef<HTMLTextAreaElement>(null);
  const moves = useRef<ListMoves>({ toEnd: () => undefined, toSeq: () => Promise.resolve(false) });
  const { conversation } = snapshot;
  const deals = useDeals(id, snapshot);
  const goTo = async (seq: number) => {
    if (!(await moves.current.toSeq(seq))) toast(t('message.notThere'));
  };
  const acts = useMemo(() => ({ openMenu: setChosen, goTo: (seq: number) => void goTo(seq) }), [t]);

  useEffect(() => {
    if (connection.phase !== 'live') return;
    room.load().catch((error: unknown) => {
      setMissing(error instanceof HaggleError && error.code === 'NOT_FOUND');
    });
  }, [connection.phase, id]);

  if (!conversation) {
    return (
      <>
        <ScreenBar title="" back="/chats" />
        <div class="pane-empty">
          {missing ? (
            <Empty text={t('room.missing')} />
          ) : (
            <p>{t(connection.phase === 'offline' ? 'chats.offline' : 'common.loading')}</p>
          )}
        </div>
        {snapshot.pending.length > 0 && <Waiting pending={snapshot.pending} room={room} />}
      </>
    );
  }
  const { listing } = conversation;
  const phrases = whoMayBegin(conversation, snapshot, me);
  return (
    <>
      <RoomHead {...{ conversation, me }} goTo={acts.goTo} />
      <ListingStrip listing={listing} agreed={agreedIn(deals)} />
      <DealBar deals={deals} me={me} />
      <MessageActsProvider value={acts}>
        <MessageList key={id} {...{ room, snapshot, conversation, me, deals }} movesRef={moves} />
      </MessageActsProvider>
      {phrases && !conversation.closed && snapshot.pending.length === 0 && (
        <QuickPhrases side={phrases} onPick={(text) => room.send({ text })} />
      )}
      {conversation.closed ? (
        <p class="room-closed">{t('room.closed')}</p>
      ) : (
        <Composer
          key={id}
          room={room}
          id={id}
          box={box}
          onSent={() => requestAnimationFrame(() => moves.current.toEnd())}
          onOffer={canOffer(conversation, snapshot) ? () => setOffering(true) : undefined}
          replyTo={replyTo}
          onReplyTo={setReplyTo}
        />
      )}
      {chosen && (
        <MessageMenu
          key={chosen.seq}
          message={chosen}
          own={chosen.senderId === me}
          room={room}
          onReply={
            conversation.closed
              ? undefined
              : () => {
                  setReplyTo(chosen.seq);
                  // The sheet gives the focus back to what opened it first.
                  requestAnimationFrame(() => box.current?.focus());
                }
          }
          onClose={() => setChosen(undefined)}
        />
      )}
      {offering && (
        <OfferSheet
          room={room}
          listing={listing}
          onClose={() => setOffering(false)}
          // The button that opened the sheet is gone now: the focus goes to the box.
          onMade={() => requestAnimationFrame(() => (moves.current.toEnd(), box.current?.focus()))}
        />
      )}
    </>
  );
}

/** Buyers begin; sellers are helped to their first answer. */
function whoMayBegin(
  conversation: Conversation,
  { entries, hasOlder }: RoomSnapshot,
  me: string,
): OfferSide | undefined {
  const side = sideOf(conversation, me);
  const said = entries.filter(({ message }) => message.kind === 'text');
  if (side === 'buyer') return conversation.lastSeq === 0 ? side : undefined;
  const isFirstAnswer = !hasOlder && said.every(({ message }) => message.senderId !== me);
  return isFirstAnswer && said.length > 0 ? side : undefined;
}

const phrasesOf = {
  buyer: ['room.quick1', 'room.quick2', 'room.quick3'],
  seller: ['room.quickYes', 'room.quickWhen', 'room.quickHeld'],
} as const;

function QuickPhrases({ side, onPick }: { side: OfferSide; onPick: (text: string) => void }) {
  const { t } = useLanguage();
  return (
    <div class="quick">
      {phrasesOf[side].map((key) => (
        <button key={key} type="button" class="chip-button" onClick={() => onPick(t(key))}>
          {t(key)}
        </button>
      ))}
    </div>
  );
}

/** Until a deal falls through, its amount is the price. */
const agreedIn = ({ newest }: Deals): number | undefined =>
  newest?.state === 'open' || newest?.state === 'completed' ? newest.amount : undefined;

/** A price: who wants a give-away asks for it where the listing is shown. One offer at a time. */
function canOffer({ abilities, listing }: Conversation, { offers }: RoomSnapshot): boolean {
  const standing = [...offers.values()].some(({ turn }) => turn !== null);
  return abilities?.offer === true && listing.price > 0 && !standing;
}
