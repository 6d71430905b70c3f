import type { ComponentChildren } from 'preact';
import { Link } from 'wouter';
import { BackButton } from './back-button.js';
import { ScreenHeading } from './screen-heading.js';

/** The top of a screen: its name, the way back, what else it offers. */
export function ScreenBar(props: {
  title: string;
  /** Where "back" leads when the screen was opened directly. */
  back?: string;
  /** Where the title leads. */
  href?: string;
  /** A picture before the title. */
  face?: ComponentChildren;
  /** A few words below the title. */
  note?: ComponentChildren;
  children?: ComponentChildren;
}) {
  return (
    <div class="bar">
      {props.back !== undefined && <BackButton parent={props.back} />}
      {props.face}
      <div class="bar-names">
        <ScreenHeading title={props.title} class="bar-title">
          {props.href && <Link href={props.href}>{props.title}</Link>}
        </ScreenHeading>
        {props.note && <p class="bar-note">{props.note}</p>}
      </div>
      <div class="bar-end">{props.children}</div>
    </div>
  );
}
