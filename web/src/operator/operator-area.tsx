import type { ComponentChildren } from 'preact';
import { Link, Redirect } from 'wouter';
import { ScreenBar } from '../parts/screen-bar.js';
import '../styles/operator.css';
import { AuditTrail } from './audit-trail.js';
import { useWords } from './use-words.js';

const lists = ['audit'] as const;
type List = (typeof lists)[number];

const screens: Record<List, () => ComponentChildren> = {
  audit: AuditTrail,
};

/** What operators look at and do; `list` is the part of it that the address names. */
export function OperatorArea({ list }: { list: string | undefined }) {
  const say = useWords();
  const shown = lists.find((one) => one === list);
  if (shown === undefined) return <Redirect to={`/operator/${lists[0]}`} replace />;
  const Screen = screens[shown];
  return (
    <div class="with-bar">
      <ScreenBar title={say(`list.${shown}`)} back="/me" />
      <div class="scroll">
        <div class="page operator">
          <nav class="chips" aria-label={say('lists')}>
            {lists.map((one) => (
              <Link
                key={one}
                href={`/operator/${one}`}
                class="chip-button"
                aria-current={one === shown ? 'page' : undefined}
              >
                {say(`list.${one}`)}
              </Link>
            ))}
          </nav>
          <Screen />
        </div>
      </div>
    </div>
  );
}
