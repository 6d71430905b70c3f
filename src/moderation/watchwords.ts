import { Refusal, invalid, tradeLimits, type view } from '../contract/index.js';
import { BannedTerms } from '../domain/banned-terms.js';
import { FraudNumbers, digitsOf, numberDigits } from '../domain/fraud-numbers.js';
import { luresIn, type Screened } from '../domain/lures.js';
import { derivedId } from '../domain/ids.js';
import { readPage } from '../platform/pages.js';
import type { ModerationContext } from './moderation-context.js';
import type { Watchword } from './watchword.store.js';

/** What texts are held against, made anew whenever the words change. */
export const createScreening = ({
  watchwords,
  ownHosts,
}: Pick<ModerationContext, 'watchwords' | 'ownHosts'>) => {
  let made: { from: Watchword[]; terms: BannedTerms; numbers: FraudNumbers } | undefined;
  const texts = (from: Watchword[], asked: view.WatchwordKind) =>
    from.filter(({ kind }) => kind === asked).map(({ text }) => text);
  const madeOf = (from: Watchword[]) => {
    if (made?.from !== from)
      made = {
        from,
        terms: new BannedTerms(texts(from, 'bannedTerm')),
        numbers: new FraudNumbers(texts(from, 'fraudNumber')),
      };
    return made;
  };
  const screen = (said: string, from: Watchword[]): Screened => {
    const { text, found } = madeOf(from).numbers.mask(said);
    const lures = luresIn(said, ownHosts);
    return { text, cautions: found ? ['fraudNumber', ...lures] : lures };
  };
  return {
    bannedTerms: async (words: string): Promise<string[]> =>
      madeOf(await watchwords.current()).terms.in(words),

    /** Of each message: at once, where the words are known. */
    message(said: string): Screened | Promise<Screened> {
      const known = watchwords.known();
      return known ? screen(said, known) : watchwords.current().then((from) => screen(said, from));
    },
  };
};

/** For operators; `by` is who does it. */
export const createWatchwords = ({ watchwords, clock, news }: ModerationContext) => ({
  async list(query: {
    kind?: view.WatchwordKind | undefined;
    limit: number;
    cursor?: string | undefined;
  }) {
    const { shown, nextCursor } = await readPage(
      ['watchwords', query.kind ?? ''],
      query,
      (after, limit) => watchwords.page(query.kind, limit, after),
      ({ at, id }) => [at.getTime(), id],
    );
    return { items: shown.map(present), nextCursor };
  },

  /** One that is there already is answered. Throws VALIDATION_FAILED, FORBIDDEN (the list is full). */
  async add(
    by: string,
    { kind, text: given }: { kind: view.WatchwordKind; text: string },
  ): Promise<{ word: view.Watchword; repeat: boolean }> {
    const text = kind === 'fraudNumber' ? digitsOf(given) : given;
    if (text === undefined)
      throw invalid(
        'text',
        `must be one number of ${numberDigits.min} to ${numberDigits.max} digits`,
      );
    if (!/[\p{L}\p{N}]/u.test(text)) throw invalid('text', 'has no letters');
    const id = derivedId('watchword', kind, text.normalize('NFKC').toLowerCase());
    const known = await watchwords.get(id);
    if (known) return { word: present(known), repeat: true };
    if ((await watchwords.count(kind)) >= tradeLimits.watchwords)
      throw new Refusal('FORBIDDEN', `At most ${tradeLimits.watchwords} of a kind are watched for`);
    const word = { id, kind, text, by, at: clock() };
    const added = await watchwords.add(word);
    news.announce({ kind: 'watchwordsChanged' });
    return { word: present((await watchwords.get(id)) ?? word), repeat: !added };
  },

  async remove(id: string): Promise<void> {
    await watchwords.remove(id);
    news.announce({ kind: 'watchwordsChanged' });
  },
});

const present = ({ at, ...word }: Watchword): view.Watchword => ({ ...word, at: at.toISOString() });
