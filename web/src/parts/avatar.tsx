/** The first letter of a nickname on a quiet colour that belongs to the person. */
export function Avatar({ id, nickname }: { id: string; nickname: string }) {
  return (
    <span class={`avatar avatar-${hueOf(id)}`} aria-hidden="true">
      {[...nickname][0] ?? '?'}
    </span>
  );
}

const hues = 6;

function hueOf(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 9_973;
  return sum % hues;
}
