/**
 * What must be known before anything is drawn, in a script of its own: the app comes too late, and the pages allow no
 * inline script. It shows the theme that was chosen on this device, else that of the system. The screen that offers the
 * choice writes it to the storage and tells by a `theme` event; another tab hears of it by itself.
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
  // The frame has the place of the feed, which is not what other addresses show.
  if (location.pathname !== '/') document.documentElement.dataset.frame = 'empty';
  addEventListener('theme', show);
  addEventListener('storage', (event) => {
    if (event.key === key || event.key === null) show();
  });
})();
