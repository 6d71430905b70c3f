/** A syllable is made of an onset, a vowel and perhaps a final: arithmetic of Unicode, chapter 3.12. */
const onsets = [...'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'];
const vowels = [...'ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ'];
const finals = ['', ...'ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ'];
const first = 0xac00;
const syllables = onsets.length * vowels.length * finals.length;

/** Letters that a keyboard makes of two: the vowel ㅘ of ㅗ and ㅏ, the final ㄺ of ㄹ and ㄱ. */
const joined: Readonly<Record<string, string>> = {
  ㅗㅏ: 'ㅘ',
  ㅗㅐ: 'ㅙ',
  ㅗㅣ: 'ㅚ',
  ㅜㅓ: 'ㅝ',
  ㅜㅔ: 'ㅞ',
  ㅜㅣ: 'ㅟ',
  ㅡㅣ: 'ㅢ',
  ㄱㅅ: 'ㄳ',
  ㄴㅈ: 'ㄵ',
  ㄴㅎ: 'ㄶ',
  ㄹㄱ: 'ㄺ',
  ㄹㅁ: 'ㄻ',
  ㄹㅂ: 'ㄼ',
  ㄹㅅ: 'ㄽ',
  ㄹㅌ: 'ㄾ',
  ㄹㅍ: 'ㄿ',
  ㄹㅎ: 'ㅀ',
  ㅂㅅ: 'ㅄ',
};
const pairs = new Map(Object.entries(joined).map(([pair, letter]) => [letter, pair]));

/** The keys that a letter is typed with: one or two. */
export const keysOf = (letter: string): string => pairs.get(letter) ?? letter;

/** The letters that begin with this one and go on with a second key. */
export const goingOnFrom = (letter: string): string[] =>
  [...pairs].filter(([, pair]) => pair.startsWith(letter)).map(([whole]) => whole);

export interface Syllable {
  onset: string;
  vowel: string;
  /** '': none. */
  final: string;
}

/** The parts of a syllable; undefined for anything else. */
export function partsOf(character: string): Syllable | undefined {
  const index = character.codePointAt(0)! - first;
  if (index < 0 || index >= syllables) return undefined;
  return {
    onset: onsets[Math.floor(index / (vowels.length * finals.length))]!,
    vowel: vowels[Math.floor(index / finals.length) % vowels.length]!,
    final: finals[index % finals.length]!,
  };
}

export const syllableOf = ({ onset, vowel, final }: Syllable): string =>
  String.fromCodePoint(
    first +
      (onsets.indexOf(onset) * vowels.length + vowels.indexOf(vowel)) * finals.length +
      finals.indexOf(final),
  );

export const isOnset = (letter: string): boolean => onsets.includes(letter);
const isVowel = (letter: string): boolean => vowels.includes(letter);

/** A syllable's onset, or a consonant that stands alone; undefined for anything else. */
export const onsetOf = (character: string): string | undefined =>
  partsOf(character)?.onset ?? (isOnset(character) ? character : undefined);

/** From the first to the last syllable that begins with these letters, as a part of a character class. */
export const syllablesFrom = (onset: string, vowel?: string): string => {
  const from = { onset, vowel: vowel ?? 'ㅏ', final: '' };
  const to = { onset, vowel: vowel ?? 'ㅣ', final: 'ㅎ' };
  return `${syllableOf(from)}-${syllableOf(to)}`;
};

/** What the keys of a Korean keyboard give one after another; never fails, whatever the order. */
export function assembled(letters: Iterable<string>): string {
  const done: string[] = [];
  let now: Syllable | undefined;
  const flush = () => {
    if (now) done.push(now.vowel === '' ? now.onset : syllableOf(now));
    now = undefined;
  };
  for (const letter of letters) {
    const vowel = isVowel(letter);
    const before = now;
    if (before && vowel && before.vowel === '') before.vowel = letter;
    else if (before && vowel && before.final === '' && joined[before.vowel + letter])
      before.vowel = joined[before.vowel + letter]!;
    else if (before && vowel && before.final !== '') {
      // The final, or its second key, was the onset of the next syllable.
      const keys = keysOf(before.final);
      before.final = keys.slice(0, -1);
      flush();
      now = { onset: keys.at(-1)!, vowel: letter, final: '' };
    } else if (before && !vowel && before.vowel !== '' && before.final === '' && canEnd(letter))
      before.final = letter;
    else if (before && !vowel && joined[before.final + letter])
      before.final = joined[before.final + letter]!;
    else {
      flush();
      if (isOnset(letter)) now = { onset: letter, vowel: '', final: '' };
      else done.push(letter);
    }
  }
  flush();
  return done.join('');
}

const canEnd = (letter: string): boolean => finals.includes(letter);

/** The letters of a text one after another, as they are typed; everything else stays. */
export const disassembled = (text: string): string =>
  [...text]
    .map((character) => {
      const parts = partsOf(character);
      return parts ? parts.onset + keysOf(parts.vowel) + keysOf(parts.final) : keysOf(character);
    })
    .join('');

/** Letters of Unicode that are none of the keyboard's, such as half-width ones, by the keyboard's letters. */
const spelled = new Map<string, string>();
const spell = (from: number, letters: readonly string[]) =>
  letters.forEach((letter, index) => spelled.set(String.fromCodePoint(from + index), letter));
spell(0x1100, onsets);
spell(0x1161, vowels);
spell(0x11a8, finals.slice(1));
// Half-width, in the order of the old code page: consonants in one run, vowels in four.
spell(0xffa1, [...'ㄱㄲㄳㄴㄵㄶㄷㄸㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅃㅄㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ']);
spell(0xffc2, vowels.slice(0, 6));
spell(0xffca, vowels.slice(6, 12));
spell(0xffd2, vowels.slice(12, 18));
spell(0xffda, vowels.slice(18));

const lettersAlone = [...new Set([...onsets, ...vowels, ...finals.slice(1), ...spelled.keys()])];

/** All letters of Unicode that are typed with this key of the keyboard, alone or as one of two. */
export const lettersWith = (key: string): string =>
  lettersAlone.filter((one) => keysOf(spelled.get(one) ?? one).includes(key)).join('');

/**
 * Puts letters that do not stand in syllables into syllables, as the keyboard would, and those that cannot be (ㅁㅂ)
 * into the keyboard's letters, one for each key: ㄳ becomes ㄱㅅ.
 */
export const inSyllables = (text: string): string =>
  text.replace(/[\u1100-\u11ff\u3131-\u3163\uffa0-\uffdc]+/g, (run) => {
    const letters = [...run].flatMap((one) => [...keysOf(spelled.get(one) ?? one)]);
    return letters.some(isVowel) ? assembled(letters) : letters.join('');
  });
