import { josa } from 'es-hangul';

/** Pairs of particles: the one after a consonant, the one after a vowel. */
export type Particles = '이/가' | '을/를' | '은/는' | '와/과' | '으로/로';

/** The last sound of a word: ㄹ counts as a vowel for 으로/로, as a consonant for the others. */
type Ending = 'vowel' | 'rieul' | 'consonant';

/** A syllable for each ending, which es-hangul reads in place of a word that it cannot read. */
const standIns: Record<Ending, string> = { vowel: '이', rieul: '일', consonant: '삼' };

/**
 * The word with the particle that fits its last sound. es-hangul reads Hangul; digits and Latin letters are read here
 * as Koreans do, Latin words by rules that are right for most names and nicknames (see the tests). What has no known
 * reading, such as emoji or other scripts, gets both forms: `😀이(가)`.
 */
export function withParticle(word: string, particles: Particles): string {
  const last = lastRead(word);
  const ending = last === undefined ? undefined : endingOf(last);
  return ending ? word + josa.pick(standIns[ending], particles) : word + bothForms[particles];
}

const bothForms: Record<Particles, string> = {
  '이/가': '이(가)',
  '을/를': '을(를)',
  '은/는': '은(는)',
  '와/과': '와(과)',
  '으로/로': '(으)로',
};

/** The last character that is read aloud: emoji, marks and spaces at the end are not. */
const lastRead = (word: string): string | undefined =>
  /[\p{L}\p{N}\p{M}]+(?=[^\p{L}\p{N}]*$)/u.exec(word.normalize('NFC'))?.[0];

function endingOf(run: string): Ending | undefined {
  const end = run.slice(-1);
  if (/[가-힣]/.test(end)) return hangulEnding(end);
  if (/[ㄱ-ㅎ]/.test(end)) return end === 'ㄹ' ? 'rieul' : 'consonant';
  if (/[ㅏ-ㅣ]/.test(end)) return 'vowel';
  if (/[0-9]/.test(end)) return digitEndings[Number(end)];
  const latin = /[a-z]+$/i.exec(run.normalize('NFD').replace(/\p{M}/gu, ''))?.[0];
  return latin ? latinEnding(latin) : undefined;
}

function hangulEnding(syllable: string): Ending {
  if (josa.pick(syllable, '이/가') === '가') return 'vowel';
  return josa.pick(syllable, '으로/로') === '로' ? 'rieul' : 'consonant';
}

/** 영 일 이 삼 사 오 육 칠 팔 구. A number that ends in zeros ends in 십, 백, 천 or 만, which are consonants like 영. */
const digitEndings: readonly Ending[] = [
  'consonant',
  'rieul',
  'vowel',
  'consonant',
  'vowel',
  'vowel',
  'consonant',
  'rieul',
  'rieul',
  'vowel',
];

/** Letters whose names end in a consonant: 엘, 알, 엠, 엔. */
const letterEndings: Record<string, Ending> = {
  l: 'rieul',
  r: 'rieul',
  m: 'consonant',
  n: 'consonant',
};

/** Up to three capitals, or a single letter, are spelled; anything else is read as a word. */
function latinEnding(word: string): Ending {
  if (word.length === 1 || (word.length <= 3 && word === word.toUpperCase()))
    return letterEndings[word.slice(-1).toLowerCase()] ?? 'vowel';
  const said = word.toLowerCase();
  // Paul 폴, Nicole 니콜, Apple 애플
  if (/l+e?$/.test(said)) return 'rieul';
  // Kim, John, Young, Jane 제인, Anne 앤
  if (/(?:[mn]e?|ng)$/.test(said)) return 'consonant';
  // Jack 잭, Eric 에릭, Minseok 민석, Book 북; but Mark 마크, Mike 마이크
  if (/(?:ck|[aeiou]k|[aeiou]c)$/.test(said)) return 'consonant';
  // Bob 밥, Philip 필립, Janet 재닛; but Kate 케이트, Scott 스콧 is taken for 스코트
  if (/(?:^|[^aeiou])[aeiou][bpt]$/.test(said)) return 'consonant';
  return 'vowel';
}
