import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Mailer } from '../platform/mail.js';
import type { Tokens } from './tokens.js';
import type { User } from './user.js';

/** Asks people to prove that an address is theirs: a mail with a link that only its owner can follow. */
export class EmailProof {
  constructor(
    private readonly deps: {
      mailer: Mailer;
      tokens: Tokens;
      clock: Clock;
      log: Logger;
      publicUrl: () => string;
    },
  ) {}

  /** Sends the mail beside the request: a slow mail server must not hold up a sign-up, `resend` is the repair. */
  ask(user: User): void {
    const token = this.deps.tokens.signEmailProof(user.id, user.email, this.deps.clock());
    const link = `${this.deps.publicUrl()}/?verify=${token}`;
    this.deps.mailer
      .send({
        to: user.email,
        subject: 'Haggle: 이메일 주소를 확인해 주세요 · Confirm your e-mail address',
        text: `${user.nickname} 님, 아래 링크를 눌러 이메일 주소를 확인해 주세요.\nFollow this link to confirm your address:\n\n${link}\n\n24시간 동안 쓸 수 있어요. It works for 24 hours.`,
      })
      .catch((error: Error) =>
        this.deps.log.warn({ userId: user.id, reason: error.message }, 'mail not sent'),
      );
  }
}
