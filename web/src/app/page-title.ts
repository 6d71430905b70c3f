import { useEffect } from 'preact/hooks';

/** The titles of what is shown; of two panes the one that came last names the tab. */
const shown: { title: string }[] = [];
let unread = 0;

/** The tab says how much is waiting, also while another one is looked at, and which screen it shows. */
const write = () => {
  const screen = shown.findLast(({ title }) => title !== '')?.title;
  const name = screen === undefined ? 'Haggle' : `${screen} · Haggle`;
  document.title = unread > 0 ? `(${unread}) ${name}` : name;
};

/** Names the screen in the tab and the history for as long as it is shown. */
export function useScreenTitle(title: string): void {
  useEffect(() => {
    const one = { title };
    shown.push(one);
    write();
    return () => {
      shown.splice(shown.indexOf(one), 1);
      write();
    };
  }, [title]);
}

export function useUnreadInTitle(count: number): void {
  useEffect(() => {
    unread = count;
    write();
    // On the icon of an installed app.
    void navigator.setAppBadge?.(count).catch(() => undefined);
  }, [count]);
}
