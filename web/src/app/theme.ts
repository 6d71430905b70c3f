import { useState } from 'preact/hooks';

/** `system`: as the device is set, also when that changes. */
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const storageKey = 'haggle.theme';

const chosenTheme = (): Theme =>
  themes.find((theme) => theme === localStorage.getItem(storageKey)) ?? 'system';

/** The theme of this device, whoever is signed in. What is drawn follows by itself (`public/before-paint.js`). */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(chosenTheme);
  return [
    theme,
    (next) => {
      if (next === 'system') localStorage.removeItem(storageKey);
      else localStorage.setItem(storageKey, next);
      dispatchEvent(new Event('theme'));
      setTheme(next);
    },
  ];
}
