/** One of several filters as a list to open. With `any` there is the choice of none, which gives undefined. */
export function ChipSelect<T extends string>(props: {
  title: string;
  any?: string;
  all: readonly { id: T; name: string }[];
  chosen: T | undefined;
  onChoose: (id: T | undefined) => void;
}) {
  return (
    <select
      class="chip-button"
      aria-label={props.title}
      value={props.chosen ?? ''}
      onChange={({ currentTarget: { value } }) =>
        props.onChoose(props.all.find(({ id }) => id === value)?.id)
      }
    >
      {props.any !== undefined && <option value="">{props.any}</option>}
      {props.all.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
