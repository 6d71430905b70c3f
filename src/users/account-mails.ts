import { accountLimits } from '../contract/index.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Mail, Mailer } from '../platform/mail.js';
import type { Tokens } from './tokens.js';
import type { User } from './user.js';

/**
 * The mails about accounts. Each is sent beside the request: a slow mail server must not hold up an answer, nor show by
 * its time that there was a mail to send. Whoever got none asks again.
 */
export class AccountMails {
  constructor(
    private readonly deps: {
      mailer: Mailer;
      tokens: Tokens;
      clock: Clock;
      log: Logger;
      publicUrl: () => string;
    },
  ) {}

  /** Asks to prove that an address is theirs: a link that only its owner can follow. */
  askForProof(user: User): void {
    const token = this.deps.tokens.signEmailProof(user.id, user.email, this.deps.clock());
    this.sendProof(user, user.email, token);
  }

  /** The same for an address that is to take the place of the present one. */
  askForProofOf(user: User, email: string): void {
    const { id, credentials } = user;
    const token = this.deps.tokens.signNewEmail(id, email, credentials, this.deps.clock());
    this.sendProof(user, email, token);
  }

  private sendProof(user: User, to: string, token: string): void {
    const link = `${this.deps.publicUrl()}/?verify=${token}`;
    this.send(user, {
      to,
      subject: 'Haggle: 이메일 주소를 확인해 주세요 · Confirm your e-mail address',
      text: `${user.nickname} 님, 아래 링크를 눌러 이메일 주소를 확인해 주세요.\nFollow this link to confirm your address:\n\n${link}\n\n24시간 동안 쓸 수 있어요. It works for 24 hours.`,
    });
  }

  /** Tells the old address that another one has its place. */
  tellEmailChanged(user: User, old: string): void {
    this.send(user, {
      to: old,
      subject: 'Haggle: 이메일 주소가 바뀌었어요 · Your e-mail address was changed',
      text: `${user.nickname} 님의 계정은 이제 다른 이메일 주소를 써요. 직접 바꾸지 않았다면 바로 알려 주세요.\nYour account uses another e-mail address now. If it was not you who changed it, tell us at once.`,
    });
  }

  /** A link by which a new password can be set. */
  sendReset(user: User): void {
    const token = this.deps.tokens.signReset(user.id, user.credentials, this.deps.clock());
    const link = `${this.deps.publicUrl()}/?reset=${token}`;
    const minutes = accountLimits.resetTokenSeconds / 60;
    this.send(user, {
      to: user.email,
      subject: 'Haggle: 비밀번호를 새로 정하세요 · Set a new password',
      text: `${user.nickname} 님, 아래 링크를 눌러 비밀번호를 새로 정하세요. 요청하지 않았다면 그냥 두세요.\nFollow this link to set a new password. If you did not ask for it, leave it alone:\n\n${link}\n\n${minutes}분 동안 한 번 쓸 수 있어요. It works once, for ${minutes} minutes.`,
    });
  }

  tellPasswordChanged(user: User): void {
    this.send(user, {
      to: user.email,
      subject: 'Haggle: 비밀번호가 바뀌었어요 · Your password was changed',
      text: `${user.nickname} 님의 비밀번호가 바뀌었고, 다른 기기에서는 로그아웃됐어요. 직접 바꾸지 않았다면 비밀번호를 새로 정해 주세요.\nYour password was changed, and other devices are signed out. If it was not you, set a new password.`,
    });
  }

  tellSecondFactorChanged(user: User): void {
    // A person of a host app has no address here.
    if (user.email === '') return;
    this.send(user, {
      to: user.email,
      subject: 'Haggle: 2단계 인증이 바뀌었어요 · Your second factor was changed',
      text: `${user.nickname} 님의 운영 계정에 새 2단계 인증이 등록됐어요. 직접 한 일이 아니라면 바로 다른 관리자에게 알려 주세요.\nA new second factor was set up for your account. If it was not you, tell another admin at once.`,
    });
  }

  private send({ id: userId }: User, mail: Mail): void {
    this.deps.mailer
      .send(mail)
      .catch((error: Error) =>
        this.deps.log.warn({ userId, reason: error.message }, 'a mail was not sent'),
      );
  }
}
