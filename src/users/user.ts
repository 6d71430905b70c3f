import { Refusal, tradeLimits, type view } from '../contract/index.js';
import type { Neighbourhood } from '../domain/neighbourhood.js';
import type { StoredImage } from '../domain/image.js';

export interface UserState {
  id: string;
  email: string;
  nickname: string;
  passwordHash: string;
  emailVerifiedAt: Date | null;
  createdAt: Date;
  /** Counts changes of the password and the address, each of which voids mails that were sent before; absent: 0. */
  credentials?: number;
  /** Moves with each change of what is shown of them; absent in people of the first days, until the next change. */
  version?: number;
  avatar?: StoredImage;
  /** Manner temperature in degrees, as it follows from reviews and deals; absent for a newcomer. */
  temperature?: number;
  neighbourhood?: Neighbourhood;
  /** Given by an operator; absent: none. */
  role?: view.Role;
}

/** In place of a hash: nobody can sign in with a password, since the account is kept by a host app. */
export const noPassword = '';

/** A person with an account. */
export class User {
  constructor(private readonly state: UserState) {}

  get id(): string {
    return this.state.id;
  }
  get nickname(): string {
    return this.state.nickname;
  }
  get email(): string {
    return this.state.email;
  }
  get passwordHash(): string {
    return this.state.passwordHash;
  }
  get emailVerified(): boolean {
    return this.state.emailVerifiedAt !== null;
  }
  get avatar(): StoredImage | undefined {
    return this.state.avatar;
  }
  get createdAt(): Date {
    return this.state.createdAt;
  }
  get credentials(): number {
    return this.state.credentials ?? 0;
  }
  get version(): number {
    return this.state.version ?? 0;
  }
  get temperature(): number {
    return this.state.temperature ?? tradeLimits.newcomerDegrees;
  }

  get role(): view.Role | undefined {
    return this.state.role;
  }
  get neighbourhood(): Neighbourhood | undefined {
    return this.state.neighbourhood;
  }

  /** Proving twice changes nothing: the first time stands. */
  proveEmail(email: string, now: Date): User {
    if (email !== this.state.email)
      throw new Refusal('UNAUTHENTICATED', 'This link belongs to another address');
    if (this.emailVerified) return this;
    return new User({ ...this.state, emailVerifiedAt: now });
  }

  snapshot(): UserState {
    return { ...this.state };
  }
}
