/** Why the other side of a conversation is warned of a message. */
export type Caution = 'fraudNumber' | 'prepayment' | 'offPlatform';

/** What was found in a text that somebody sends. */
export interface Screened {
  /** With the digits of known fraud masked. */
  text: string;
  cautions: Caution[];
}

/** What people say who want the money first. Korean is read without blanks and punctuation, which do not matter in it. */
const prepaymentKo =
  /선입금|선결제|선송금|선불(?!폰|카드|유심)|선금(?:을|주|보내|부터|먼저|으로|부탁|\d)|입금순|선착순입금|(?:먼저|우선|미리)(?:돈|금액|대금|현금|계좌로|계좌|계약금|예약금|보증금)?(?:을|를|부터)?(?:입금|송금|이체|보내주|부쳐|결제)|(?:입금|송금|이체)(?:부터|먼저|하시면|해주시면)|(?:입금|송금|이체)확인(?:되면|후|하고|하는대로).{0,6}?(?:택배|발송|배송|보내)|(?:계약금|예약금|보증금)(?:부터|먼저|.{0,8}?(?:입금|송금|이체|보내|주셔야|주시면|걸))|(?:기프트카드|상품권|문상).{0,8}?(?:핀번호|코드|번호).{0,6}?(?:보내주|알려주|찍어|주세요|주시)/;
/** … and who say that they do not. */
const noPrepaymentKo =
  /(?:선입금|선결제|선송금|선불|선금|입금먼저|먼저입금|계약금먼저|예약금먼저)(?:은|는|을|를|이|요구|유도|하라|하자)*(?:하시는분|하는분|하는사람)?(?:안|않|없|못|사절|금지|거절|불가|하지|말|조심|주의|사기)/;

const prepaymentEn =
  /\b(?:pay(?:ment)?|deposit|transfer|wire|send)\b(?:\s+\w+){0,4}?\s+(?:first|in advance|up ?front|beforehand)\b|\b(?:advance|up ?front|prior)\s+(?:payment|deposit)\b|\bpre[ -]?pay(?:ment)?\b|\bdeposit\b(?:\s+\S+){0,3}?\s+to (?:hold|reserve|secure)\b|\b(?:gift ?cards?|western union|moneygram)\b/i;
const noPrepaymentEn =
  /\b(?:no|not|never|don'?t|won'?t|without|refuse)\b(?:\s+\w+){0,4}?\s+(?:pre-?pay(?:ment)?|(?:advance|up ?front) payment|deposit|first|in advance)\b/i;

/** Ways to go on talking elsewhere; ㄱㄱ and ㅋㅌ as NFKC leaves them. */
const elsewhereKo =
  /오픈(?:채팅|카톡|톡)|(?:카카오톡|카톡|깨톡|까톡|까똑|텔레그램|텔레|라인|위챗|왓츠앱|디스코드|인스타|밴드)(?:으로|로|에서|에)?(?:주세요|주심|연락|대화|얘기|이야기|추가|친추|아이디|문의|오세요|보내|톡|디엠|\u1100\u1100|고고)|(?:카카오톡|카톡|깨톡|까톡|까똑|\u110f\u1110|텔레그램|위챗|왓츠앱|디스코드)(?:으로|로(?!고))|(?:카카오톡|카톡|라인|텔레그램|위챗)(?:id|:|@)|문자(?:로)?(?:연락|주세요|주심|보내주|\u1100\u1100)|(?:번개장터|당근마켓|당근|중고나라)(?:으로|로|에서)(?:오세요|오시|연락|대화|얘기|이야기|결제)|(?:안전결제|안전거래|네이버페이|에스크로)(?:페이지|링크|주소|사이트)/i;
const elsewhereEn =
  /\b(?:text|message|contact|add|call|reach|chat|talk|write|dm|hit|find)\b(?:\s+\w+){0,4}?\s+(?:on|via|through|by|over|at)\s+(?:my\s+)?(?:whats ?app|telegram|kakao(?: ?talk)?|line|we ?chat|signal|viber|instagram|discord|messenger|snapchat)\b|\b(?:whats ?app|telegram|kakao(?: ?talk)?|we ?chat|line)\s*(?:id|:|@)|\b(?:whats ?app|telegram|kakao ?talk)\s+me\b/i;
/** With a scheme, also one that is hidden from readers of links; of a known shortener; or by a name that ends like one. */
const address =
  /(?:h[tx]{2}ps?:\/\/|www\.)[^\s]+|(?<![\w@.])(?:open\.kakao\.com|naver\.me|kko\.to|t\.me|wa\.me|line\.me|bit\.ly|me2\.do|han\.gl|url\.kr|tinyurl\.com)\/[^\s]*|(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,4}(?:com|net|org|kr|io|shop|site|xyz|top|info|link|store|click|online|app)(?![\w-])(?:\/[^\s]*)?/gi;

const hangul = /[\u1100-\u11ff\uac00-\ud7a3]/;
const latin = /[a-z]/i;

/** Hosts of this service, whose links lead nowhere else. */
const isOwn = (link: string, ownHosts: readonly string[]): boolean => {
  const url = /^h[tx]{2}ps?:/i.test(link) ? `http${link.slice(4)}` : `https://${link}`;
  return URL.canParse(url) && ownHosts.includes(new URL(url).host.toLowerCase());
};

/** The lures in what somebody wrote: to pay first, or to go on elsewhere. Pure and quick, since every message is read. */
export function luresIn(text: string, ownHosts: readonly string[] = []): Caution[] {
  const read = text.normalize('NFKC').replaceAll('。', '.');
  // Whatever is looked for in a language has letters of its alphabet.
  const korean = hangul.test(read) ? read.replace(/[\s\p{Cf}\p{M}.,·_~*'"!?-]+/gu, '') : undefined;
  const english = latin.test(read) ? read : undefined;
  const found: Caution[] = [];
  const asksKo = korean && prepaymentKo.test(korean) && !noPrepaymentKo.test(korean);
  const asksEn = english && prepaymentEn.test(english) && !noPrepaymentEn.test(english);
  if (asksKo || asksEn) found.push('prepayment');
  const links = /[.:]/.test(read) ? (read.match(address) ?? []) : [];
  if (
    links.some((link) => !isOwn(link, ownHosts)) ||
    (korean && elsewhereKo.test(korean)) ||
    (english && elsewhereEn.test(english))
  )
    found.push('offPlatform');
  return found;
}
