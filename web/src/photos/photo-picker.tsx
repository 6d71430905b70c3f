import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

/** A button that opens the device's photos, of which several may be chosen; the same ones again, too. */
export function PhotoPicker({
  onPick,
  one,
  ...button
}: {
  onPick: (files: File[]) => void;
  /** Only one may be chosen. */
  one?: boolean;
  class: string;
  disabled: boolean;
  'aria-label'?: string;
  children: ComponentChildren;
}) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={picker}
        type="file"
        accept="image/*"
        multiple={!one}
        hidden
        onChange={(event) => {
          onPick([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
      <button type="button" {...button} onClick={() => picker.current?.click()} />
    </>
  );
}
