import { Link } from 'wouter';
import { linksIn } from './links-in.js';

/** Screens of this app that a link may lead to without leaving it. */
const inside = /^\/(listings|people)\/[^/]+$/;

/** A text in which addresses lead somewhere. */
export function Linked({ text }: { text: string }) {
  return (
    <>
      {linksIn(text, location.origin).map((part) => {
        if (part.href === undefined) return part.text;
        const { origin, pathname, search } = new URL(part.href);
        if (origin === location.origin && inside.test(pathname))
          return (
            <Link href={pathname + search} class="linked">
              {part.text}
            </Link>
          );
        return (
          <a class="linked" href={part.href} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        );
      })}
    </>
  );
}
