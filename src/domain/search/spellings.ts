/**
 * Names that titles say in Latin letters as often as in Korean ones. One that begins like another one does so in Korean,
 * too.
 */
const korean: Readonly<Record<string, string>> = {
  adidas: '아디다스',
  air: '에어',
  airpod: '에어팟',
  airpods: '에어팟',
  apple: '애플',
  bose: '보스',
  buds: '버즈',
  canon: '캐논',
  chanel: '샤넬',
  converse: '컨버스',
  dyson: '다이슨',
  flip: '플립',
  fold: '폴드',
  galaxy: '갤럭시',
  gram: '그램',
  gucci: '구찌',
  ikea: '이케아',
  imac: '아이맥',
  ipad: '아이패드',
  iphone: '아이폰',
  lego: '레고',
  lg: '엘지',
  logitech: '로지텍',
  macbook: '맥북',
  marshall: '마샬',
  max: '맥스',
  mini: '미니',
  newbalance: '뉴발란스',
  nike: '나이키',
  nikon: '니콘',
  nintendo: '닌텐도',
  note: '노트',
  notebook: '노트북',
  pencil: '펜슬',
  philips: '필립스',
  playstation: '플레이스테이션',
  plus: '플러스',
  prada: '프라다',
  pro: '프로',
  ps: '플스',
  samsung: '삼성',
  sony: '소니',
  stanley: '스탠리',
  starbucks: '스타벅스',
  switch: '스위치',
  ultra: '울트라',
  uniqlo: '유니클로',
  watch: '워치',
  xbox: '엑스박스',
  zara: '자라',
};
const names = Object.keys(korean).sort((one, other) => other.length - one.length);
const nameFirst = new RegExp(`^(?:${names.join('|')})`);

/** Units behind a number, and how each is spelt here. */
const units: Readonly<Record<string, readonly string[]>> = {
  기가: ['gb', '기가바이트'],
  테라: ['tb', '테라바이트'],
  킬로: ['kg', '킬로그램', '키로그램', '키로'],
  센치: ['cm', '센티미터', '센치미터', '센티'],
  인치: ['inch'],
  리터: ['l'],
};
const unitOf = new Map(
  Object.entries(units).flatMap(([unit, all]) => all.map((one) => [one, unit])),
);
const unit = new RegExp(`(?<=\\d) ?(${[...unitOf.keys()].join('|')})(?![a-z])`, 'g');

/** Without a blank before: `256 GB` is one word. */
const inUnits = (folded: string): string =>
  folded.replace(unit, (_, one: string) => unitOf.get(one)!);

/** A row of Latin letters with the names that it begins with in Korean, and what no name begins. */
function named(letters: string): { inKorean: string; rest: string } {
  let [inKorean, rest] = ['', letters];
  for (let name = nameFirst.exec(rest); name; name = nameFirst.exec(rest)) {
    inKorean += korean[name[0]]!;
    rest = rest.slice(name[0].length);
  }
  return { inKorean, rest };
}

/**
 * A folded text as it stands, and with names and units in one spelling where that is another: `iphone 15 pro 256gb` is
 * 아이폰 15 프로 256기가 too.
 */
export function spellingsOf(folded: string): string[] {
  const one = inUnits(folded).replace(/[a-z]+/g, (letters) => {
    const { inKorean, rest } = named(letters);
    return inKorean + rest;
  });
  return one === folded ? [folded] : [folded, one];
}

/**
 * What somebody looks for in that one spelling: whatever says it has it in one of {@link spellingsOf}. Latin letters
 * that are more than names stay: somebody may be about to type on.
 */
export const oneSpelling = (folded: string): string =>
  inUnits(folded).replace(/[a-z]+/g, (letters) => {
    const { inKorean, rest } = named(letters);
    return rest === '' ? inKorean : letters;
  });
