import { Link } from 'wouter';

/** The way to what became of an entry of a log. */
export function MessageLink({ conversationId, seq }: { conversationId: string; seq: number }) {
  const query = new URLSearchParams({ conversationId, seq: String(seq) });
  return (
    <Link href={`/operator/deliveries?${query.toString()}`} class="operator-link">
      {conversationId} #{seq}
    </Link>
  );
}
