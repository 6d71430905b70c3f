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
    summary: 'Prove the e-mail address with the token from the mail',
    access: 'public',
    body: request.VerifyEmail,
    reply: view.Me,
    errors: ['UNAUTHENTICATED', 'TOKEN_EXPIRED'],
  }),
  resendVerification: auth.post('/auth/verify-email/resend', { summary: 'Send the mail again' }),
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
  deleteAccount: me.delete('/me', {
    summary: 'Delete the account for good',
    description:
      'At once: all sessions and devices end, nobody can sign in, and the e-mail address is free again. Within seconds: ' +
      'own listings are removed, open offers closed and open deals cancelled (`unavailable`), and all conversations ' +
      'left, which the other side can still read. Personal data is erased within ' +
      `${limits.erasedWithinHours} hours.`,
    body: request.DeleteAccount,
    errors: ['FORBIDDEN'],
  }),
} as const;
