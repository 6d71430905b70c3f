import type { ComponentChildren } from 'preact';

/** A control with its label, a hint, and what is wrong with it. The control's id is `name`. */
export function Field(props: {
  name: string;
  label: string;
  hint?: string;
  error?: string | undefined;
  children: ComponentChildren;
}) {
  return (
    <div class={`field ${props.error ? 'is-wrong' : ''}`}>
      <label for={props.name}>{props.label}</label>
      {props.children}
      {(props.error ?? props.hint) && (
        <p id={`${props.name}-note`} class="field-note">
          {props.error ?? props.hint}
        </p>
      )}
    </div>
  );
}

/** What ties a control to its note, for screen readers. */
export const described = (name: string, error: string | undefined) => ({
  id: name,
  name,
  'aria-describedby': `${name}-note`,
  'aria-invalid': error !== undefined,
});
