const paths = {
  home: 'M4 11.5 12 5l8 6.5V19a1.5 1.5 0 0 1-1.5 1.5H15v-6H9v6H5.5A1.5 1.5 0 0 1 4 19z',
  sell: 'M12 5v14M5 12h14',
  chats:
    'M5 5.5h14A1.5 1.5 0 0 1 20.5 7v8.5A1.5 1.5 0 0 1 19 17h-7l-5 3.5V17H5A1.5 1.5 0 0 1 3.5 15.5V7A1.5 1.5 0 0 1 5 5.5z',
  me: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.8-4 3.8-6 7.5-6s6.700 2 7.5 6',
  back: 'M15 5l-7 7 7 7',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.500 4.500',
  filter:
    'M4 7h9M17 7h3M4 17h3M11 17h9M15 9.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM9 19.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
  send: 'M4.5 12 20 4.5 15.5 20l-3.5-6.5zM12 13.5 20 4.5',
  pin: 'M12 21s7-6.200 7-11.5a7 7 0 1 0-14 0C5 14.800 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  tag: 'M4 11V5.5A1.5 1.5 0 0 1 5.5 4H11l9 9-7 7zM8 8h.01',
  down: 'M6 10l6 6 6-6',
  heart:
    'M12 20s-7.500-4.600-7.500-10A4.300 4.300 0 0 1 12 7.200 4.300 4.300 0 0 1 19.500 10c0 5.400-7.500 10-7.500 10z',
  up: 'M12 19V5M6 11l6-6 6 6',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6 6l12 12M18 6L6 18',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2',
  alert: 'M12 8v5M12 16.5h.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
  shield: 'M12 3.5l7 2.5v5.5c0 4.5-3 7.700-7 9-4-1.300-7-4.5-7-9V6z',
  flag: 'M6 21V4.500M6 5.500h11.5l-2.5 4 2.500 4H6',
  edit: 'M5 19l1-4L16.5 4.5l3 3L9 18z',
  trash: 'M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13',
  locate:
    'M12 19a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM12 2v3M12 19v3M2 12h3M19 12h3M12 13.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z',
  minus: 'M6 12h12',
  shake:
    'M3 8l4-1 5 2 5-2 4 1v8h-2.500l-6 4.500-7.500-5.500H3zM12 9l-3.500 3.500c1.200 1.300 3 .8 4-.5l5 4',
  next: 'M9 5l7 7-7 7',
  calendar:
    'M5 6.500h14a1 1 0 0 1 1 1V19a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7.500a1 1 0 0 1 1-1zM4 11h16M8.500 4v4M15.500 4v4',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  photo:
    'M5 5h14a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01',
} as const;

export type IconName = keyof typeof paths;

/** A line drawing beside words; never the only carrier of a meaning. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
