import { accountLimits } from '../account-limits.js';
import { limits } from '../limits.js';
import { page } from '../primitives.js';
import * as request from '../requests.js';
import * as view from '../views.js';
import { endpointsOf } from './endpoint.js';

const auth = endpointsOf('auth');
const me = endpointsOf('me');

/** Sign-in, sessions, and what people do with their own account. */
export const accountEndpoints = {
  signUp: auth.post('/auth/sign-up', {
    summary: 'Create an account and sign in',
    access: 'public',
    body: request.SignUp,
    success: [201],
    reply: view.SignedIn,
    errors: ['EMAIL_TAKEN'],
  }),
  logIn: auth.post('/auth/login', {
    summary: 'Sign in; the same answer and time for unknown addresses and wrong passwords',
    access: 'public',
    body: request.LogIn,
    reply: view.SignedIn,
    errors: ['UNAUTHENTICATED', 'ACCOUNT_SUSPENDED'],
  }),
  refresh: auth.post('/auth/refresh', {
    summary: 'Trade the refresh token for a new pair; one that was replaced ends the session',
    access: 'public',
    body: request.Refresh,
    reply: view.SignedIn,
    errors: ['UNAUTHENTICATED', 'TOKEN_EXPIRED', 'SESSION_REVOKED', 'ACCOUNT_SUSPENDED'],
  }),
  logOut: auth.post('/auth/logout', { summary: 'End this session everywhere' }),
  logOutAll: auth.post('/auth/logout-all', { summary: 'End all sessions of this person' }),
  listSessions: auth.get('/auth/sessions', {
    summary: 'Open sessions',
    reply: page(view.Session),
  }),
  endSession: auth.delete('/auth/sessions/:id', {
    summary: 'Cut one session off',
    errors: ['NOT_FOUND'],
  }),
  verifyEmail: auth.post('/auth/verify-email', {
    summary: 'Prove an e-mail address with the token from the mail; a new address takes its place',
    access: 'public',
    body: request.VerifyEmail,
    reply: view.Me,
    errors: ['UNAUTHENTICATED', 'TOKEN_EXPIRED', 'EMAIL_TAKEN'],
  }),
  resendVerification: auth.post('/auth/verify-email/resend', { summary: 'Send the mail again' }),
  askPasswordReset: auth.post('/auth/password-reset', {
    summary: 'Send a mail by which a new password can be set',
    description:
      'The answer is the same, and as quick, whether anybody has the address or not. The link of the mail is good ' +
      `for ${accountLimits.resetTokenSeconds / 60} minutes and once.`,
    access: 'public',
    body: request.AskPasswordReset,
  }),
  resetPassword: auth.put('/auth/password-reset', {
    summary: 'Set a new password with the token from the mail; all sessions end',
    access: 'public',
    body: request.ResetPassword,
    errors: ['UNAUTHENTICATED', 'TOKEN_EXPIRED'],
  }),
  getMe: me.get('/me', { summary: 'Oneself', reply: view.Me, etag: true }),
  editMe: me.patch('/me', {
    summary: 'Change the nickname; If-Match guards against a stale copy',
    body: request.EditMe,
    reply: view.Me,
    errors: ['VERSION_CONFLICT'],
    etag: true,
  }),
  setNeighbourhood: me.put('/me/neighbourhood', {
    summary: 'Where one stands is the neighbourhood from now on',
    description:
      `The proof is good for ${accountLimits.neighbourhoodDays} days. Places that are less exact than ` +
      `${accountLimits.neighbourhoodAccuracyMetres} m are refused. The place is kept to about 100 m, and shown to nobody else. ` +
      'Where the service asks for it (`mustProveNeighbourhood`), one looks without it, but neither lists nor contacts.',
    body: request.SetNeighbourhood,
    reply: view.Me,
  }),
  setAvatar: me.put('/me/avatar', {
    summary: 'Show an image that was uploaded before as the picture of oneself',
    body: request.SetAvatar,
    reply: view.Me,
  }),
  removeAvatar: me.delete('/me/avatar', {
    summary: 'Show no picture of oneself; without one it is no error',
  }),
  changePassword: me.put('/me/password', {
    summary: 'Change the password; all other sessions end',
    body: request.ChangePassword,
    errors: ['FORBIDDEN'],
  }),
  changeEmail: me.put('/me/email', {
    summary: 'Ask for another e-mail address; it takes its place once it is proven by the mail',
    description:
      'The mail goes to the new address, with a link for `verifyEmail` that is good for ' +
      `${limits.emailTokenSeconds / 3_600} hours. The old address is told when it is replaced.`,
    body: request.ChangeEmail,
    errors: ['FORBIDDEN', 'EMAIL_TAKEN'],
  }),
  getSecondFactor: me.get('/me/second-factor', {
    summary: 'Whether a second factor was set up, and whether a code must be shown now',
    reply: view.SecondFactor,
  }),
  setUpSecondFactor: me.post('/me/second-factor', {
    summary: 'Begin to set up a second factor: a secret for an authenticator app',
    description:
      'For people with a role. It counts from `confirmSecondFactor` on; until then the one before does, a code of which ' +
      'must have been shown in this session.',
    body: request.SetUpSecondFactor,
    success: [200],
    reply: view.SecondFactorSecret,
    errors: ['FORBIDDEN', 'SECOND_FACTOR_NEEDED'],
  }),
  confirmSecondFactor: me.put('/me/second-factor', {
    summary: 'Show the first code of the app: from now on the second factor counts',
    body: request.ConfirmSecondFactor,
    reply: view.RecoveryCodes,
    errors: ['FORBIDDEN', 'SECOND_FACTOR_NEEDED'],
  }),
  showSecondFactor: auth.post('/auth/second-factor', {
    summary: 'Show a code: this session may do what the role allows',
    description: `Good for ${accountLimits.secondFactorHours} hours. A code is taken once, whatever the session.`,
    body: request.ShowSecondFactor,
    errors: ['FORBIDDEN', 'SECOND_FACTOR_NEEDED'],
  }),
  startExport: me.post('/me/export', {
    summary: "Have all of one's own data written to a file (201 new, 200 one is under way)",
    description:
      'A worker writes it, which takes seconds to minutes; `getExport` tells when it is ready. It can be fetched for ' +
      `${accountLimits.exportDays} days, by this person alone. A new one replaces it; ${accountLimits.exportsPerDay} in a day.`,
    success: [201, 200],
    reply: view.AccountExport,
    errors: ['RATE_LIMITED'],
  }),
  getExport: me.get('/me/export', {
    summary: 'How far the export is that was asked for last',
    reply: view.AccountExport,
    errors: ['NOT_FOUND'],
  }),
  downloadExport: me.get('/me/export/file', {
    summary: 'The export, once it is ready: one JSON object with a list for each kind of thing',
    description: 'One at a time for each person; a part of it can be asked for with `Range`.',
    download: 'application/json',
    errors: ['NOT_FOUND', 'RATE_LIMITED', 'UNAVAILABLE'],
  }),
  deleteAccount: me.delete('/me', {
    summary: 'Delete the account for good',
    description:
      'At once: all sessions and devices end, nobody can sign in, and the e-mail address is free again. Within seconds: ' +
      'own listings are removed, open offers closed and open deals cancelled (`unavailable`), and all conversations ' +
      'left, which the other side can still read. Personal data is erased within ' +
      `${accountLimits.erasedWithinHours} hours.`,
    body: request.DeleteAccount,
    errors: ['FORBIDDEN'],
  }),
} as const;
