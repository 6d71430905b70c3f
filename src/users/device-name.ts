/** The first that fits names it: most browsers also claim to be the ones behind it. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bKAKAOTALK\b/i, 'KakaoTalk'],
  [/\bNAVER\(inapp/i, 'NAVER'],
  [/\bWhale\//, 'Whale'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bEdg(?:A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bVersion\/.*\bSafari\//, 'Safari'],
];

const platforms: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac(?:intosh| OS X)\b|\bDarwin\b/, 'Mac'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

/**
 * What a person calls the device of a session: browser or app, and platform (`Chrome · Windows`). Undefined where the
 * user agent tells neither. An app is named by the first word of its own user agent.
 */
export function deviceName(userAgent: string | null): string | undefined {
  const text = userAgent ?? '';
  const found = (all: typeof browsers) => all.find(([is]) => is.test(text))?.[1];
  const app = /^(?!Mozilla\b)([A-Za-z][\w .-]{0,29}?)\//.exec(text)?.[1];
  const parts = [found(browsers) ?? app, found(platforms)].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(' · ') : undefined;
}
