/** One of several lists or filters, as a row of buttons of which one is pressed; `title` is read out. */
export function ChipChoice<T extends string | undefined>(props: {
  title: string;
  class?: string;
  all: readonly { id: T; name: string }[];
  chosen: T;
  onChoose: (id: T) => void;
}) {
  return (
    <div class={`chips ${props.class ?? ''}`} role="group" aria-label={props.title}>
      {props.all.map(({ id, name }) => (
        <button
          key={id ?? ''}
          type="button"
          class="chip-button"
          aria-pressed={props.chosen === id}
          onClick={() => props.onChoose(id)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
