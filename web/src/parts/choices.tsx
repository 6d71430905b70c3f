/** One of a few answers to a question; `title` is read out, and shown by what is around it. */
export function Choices<T extends string>(props: {
  title: string;
  all: readonly T[];
  chosen: T | undefined;
  nameOf: (one: T) => string;
  onChoose: (one: T) => void;
}) {
  return (
    <fieldset class="choices">
      <legend class="visually-hidden">{props.title}</legend>
      {props.all.map((one) => (
        <label key={one} class="choice">
          <input
            type="radio"
            name="choice"
            checked={props.chosen === one}
            onChange={() => props.onChoose(one)}
          />
          {props.nameOf(one)}
        </label>
      ))}
    </fieldset>
  );
}
