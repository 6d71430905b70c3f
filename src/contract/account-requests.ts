import { z } from 'zod';
import { accountLimits } from './account-limits.js';
import { limits } from './limits.js';
import { Coordinates, Id, writtenLine } from './primitives.js';
import { passwordOf, trimText } from './text.js';

/**
 * Folded to the form that is unique: blanks around it cut, lower case. The grammar is the deliverable part of
 * RFC 5321: dot-atom local part, a domain of at least two labels, nothing quoted.
 */
export const Email = z
  .string()
  // Checked before the pattern, which on a very long text may exhaust the stack.
  .max(254, { abort: true })
  .overwrite(trimText)
  .toLowerCase()
  .regex(
    /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/,
    'is not an e-mail address',
  )
  .refine((email) => email.indexOf('@') <= 64, 'is not an e-mail address')
  .meta({
    id: 'Email',
    format: 'email',
    description: 'Case and blanks around it are folded',
    examples: ['minji@example.com'],
  });

/** A decomposed character has up to so many UTF-16 units, and counts as one once it is composed. */
const decomposed = 4;
const sentPasswordMax = decomposed * limits.passwordMax;
/** Its length counts in the form that is hashed, whatever form was sent. */
const Password = z
  .string()
  .max(sentPasswordMax, { abort: true })
  .overwrite(passwordOf)
  .min(limits.passwordMin)
  .max(limits.passwordMax);
/** One that is only compared. Not normalised: an old hash may be of the text as it was sent. */
const KnownPassword = z.string().min(1).max(sentPasswordMax);
export const Nickname = writtenLine(limits.nicknameLength);

export const SignUp = z.strictObject({ email: Email, password: Password, nickname: Nickname });
export const LogIn = z.strictObject({ email: Email, password: KnownPassword });
export const Refresh = z.strictObject({ refreshToken: z.string().min(1).max(512) });
export const VerifyEmail = z.strictObject({ token: z.string().min(1).max(2_048) });
export const EditMe = z.strictObject({ nickname: Nickname.optional() });
export const SetNeighbourhood = z.strictObject({
  ...Coordinates.shape,
  accuracy: z
    .number()
    .min(0)
    .max(accountLimits.neighbourhoodAccuracyMetres)
    .describe('In metres, as the device says it of the place'),
  name: writtenLine(limits.nicknameLength).optional().describe('What the person calls it'),
});
export const SetAvatar = z.strictObject({
  imageId: Id.describe('Uploaded before by the same person, and used by nothing else'),
});
export const AskPasswordReset = z.strictObject({ email: Email });
export const ResetPassword = z.strictObject({
  token: z.string().min(1).max(2_048).describe('From the mail; good once'),
  password: Password.describe('The new one'),
});
export const ChangePassword = z.strictObject({
  password: KnownPassword.describe('The present one'),
  newPassword: Password,
});
export const ChangeEmail = z.strictObject({ email: Email, password: KnownPassword });
export const DeleteAccount = z.strictObject({
  password: KnownPassword.describe('Asked once more, since this cannot be taken back'),
});
/** What an authenticator app shows, or a recovery code; blanks and hyphens do not matter. */
const Code = z.string().trim().min(6).max(40);
export const SetUpSecondFactor = z.strictObject({
  password: KnownPassword.optional().describe(
    'Needed where the account has one, as all have but those that a host app keeps',
  ),
});
export const ConfirmSecondFactor = z.strictObject({
  code: Code.describe('The first one that the app shows'),
});
export const ShowSecondFactor = z.strictObject({
  code: Code.describe('Of the app, or a recovery code'),
});

export type SetUpSecondFactor = z.infer<typeof SetUpSecondFactor>;
export type ConfirmSecondFactor = z.infer<typeof ConfirmSecondFactor>;
export type ShowSecondFactor = z.infer<typeof ShowSecondFactor>;
export type SignUp = z.infer<typeof SignUp>;
export type LogIn = z.infer<typeof LogIn>;
export type Refresh = z.infer<typeof Refresh>;
export type VerifyEmail = z.infer<typeof VerifyEmail>;
export type EditMe = z.infer<typeof EditMe>;
export type SetNeighbourhood = z.infer<typeof SetNeighbourhood>;
export type SetAvatar = z.infer<typeof SetAvatar>;
export type AskPasswordReset = z.infer<typeof AskPasswordReset>;
export type ResetPassword = z.infer<typeof ResetPassword>;
export type ChangePassword = z.infer<typeof ChangePassword>;
export type ChangeEmail = z.infer<typeof ChangeEmail>;
export type DeleteAccount = z.infer<typeof DeleteAccount>;
