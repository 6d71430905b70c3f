import type { ComponentChildren } from 'preact';

/** Leads to a place on OpenStreetMap, in a tab of its own that is not told where one comes from. */
export function MapLink(props: {
  at: { latitude: number; longitude: number };
  class?: string;
  children: ComponentChildren;
}) {
  const { latitude, longitude } = props.at;
  return (
    <a
      class={props.class}
      href={`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`}
      target="_blank"
      rel="noopener noreferrer"
    >
      {props.children}
    </a>
  );
}
