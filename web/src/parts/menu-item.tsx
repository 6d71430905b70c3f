import { Icon, type IconName } from './icon.js';

/** A line of a menu in a sheet. */
export function MenuItem(props: {
  icon: IconName;
  name: string;
  /** It cannot be undone, or concerns somebody's safety. */
  grave?: boolean;
  busy?: boolean;
  onClick: () => void;
}) {
  return (
    <li>
      <button
        type="button"
        class={`menu-item ${props.grave ? 'is-grave' : ''}`}
        disabled={props.busy}
        onClick={props.onClick}
      >
        <Icon name={props.icon} />
        {props.name}
      </button>
    </li>
  );
}
