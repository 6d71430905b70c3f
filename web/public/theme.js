/**
 * Shows the theme that was chosen on this device, else that of the system. A script of its own, loaded before anything
 * is drawn: the app comes too late, and the pages allow no inline script. The screen that offers the choice writes it
 * to the storage and tells by a `theme` event; another tab hears of it by itself.
 */
(() => {
  const key = 'haggle.theme';
  const schemes = ['light', 'dark'];

  const show = () => {
    const chosen = schemes.find((scheme) => scheme === localStorage.getItem(key));
    if (chosen) document.documentElement.dataset.theme = chosen;
    else delete document.documentElement.dataset.theme;
    // The frame of the browser has the colour of the page.
    for (const scheme of schemes) {
      const system = `(prefers-color-scheme: ${scheme})`;
      const colour = document.querySelector(`meta[name='theme-color'][data-scheme='${scheme}']`);
      colour.media = chosen ? (chosen === scheme ? 'all' : 'not all') : system;
    }
  };

  show();
  addEventListener('theme', show);
  addEventListener('storage', (event) => {
    if (event.key === key || event.key === null) show();
  });
})();
