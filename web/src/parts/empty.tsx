import { Link } from 'wouter';

/** What a list says when there is nothing in it, and where to go from there. */
export function Empty({ text, href, action }: { text: string; href?: string; action?: string }) {
  return (
    <div class="empty">
      <svg class="empty-art" viewBox="0 0 96 64" aria-hidden="true" focusable="false">
        <path class="empty-far" d="M54 14h22a12 12 0 0 1 0 24h-2v10L62 38h-8a12 12 0 0 1 0-24z" />
        <path class="empty-near" d="M20 20h26a13 13 0 0 1 0 26H36L24 56V46h-4a13 13 0 0 1 0-26z" />
      </svg>
      <p>{text}</p>
      {href && action && (
        <Link href={href} class="button button-primary">
          {action}
        </Link>
      )}
    </div>
  );
}
