/**
 * What people do with their own account, beside signing in and out. A separate entry point, for apps that use the
 * gateway's accounts and have screens for them.
 */
import type { Call } from './api.js';
import type { Me, Replies, SetNeighbourhood } from './contract-types.js';

export { accountLimits } from '../src/contract/account-limits.js';
export type { Session } from './contract-types.js';

export type AccountApi = ReturnType<typeof createAccountApi>;

/** One function for each endpoint, named like it in the contract; takes the `call` of a client. */
export function createAccountApi({ call }: { call: Call }) {
  const put = (path: string, body: object) => call<null>({ method: 'PUT', path, body });
  return {
    /** Where the device is becomes the neighbourhood, proven for `accountLimits.neighbourhoodDays`; `accuracy` in metres. */
    setNeighbourhood: (place: SetNeighbourhood) =>
      call<Me>({ method: 'PUT', path: '/me/neighbourhood', body: place }),
    /** Sends a mail, where somebody has the address; the answer does not tell. */
    askPasswordReset: (email: string) =>
      call<null>({ open: true, method: 'POST', path: '/auth/password-reset', body: { email } }),
    /** `token` is the one in the link of the mail. All sessions end. */
    resetPassword: (token: string, password: string) =>
      call<null>({
        open: true,
        method: 'PUT',
        path: '/auth/password-reset',
        body: { token, password },
      }),
    editMe: (body: { nickname?: string }) =>
      call<Replies['editMe']>({ method: 'PATCH', path: '/me', body }),
    /** `imageId` of a photo that was uploaded (entry point `photos`). */
    setAvatar: (imageId: string) =>
      call<Replies['setAvatar']>({ method: 'PUT', path: '/me/avatar', body: { imageId } }),
    removeAvatar: () => call<null>({ method: 'DELETE', path: '/me/avatar' }),
    /** All other sessions end. */
    changePassword: (password: string, newPassword: string) =>
      put('/me/password', { password, newPassword }),
    /** Sends a mail to the new address; it takes the place of the old one once its link was followed. */
    changeEmail: (email: string, password: string) => put('/me/email', { email, password }),
    /** The one used last first; `current` is this one. */
    listSessions: () => call<Replies['listSessions']>({ method: 'GET', path: '/auth/sessions' }),
    endSession: (id: string) =>
      call<null>({ method: 'DELETE', path: `/auth/sessions/${encodeURIComponent(id)}` }),
    /** Ends all sessions, this one too: sign out with the client's `logOut` afterwards. */
    logOutAll: () => call<null>({ method: 'POST', path: '/auth/logout-all' }),
    /** Of who has a role: whether a code must be shown before it opens anything (`SECOND_FACTOR_NEEDED`). */
    getSecondFactor: () =>
      call<Replies['getSecondFactor']>({ method: 'GET', path: '/me/second-factor' }),
    /** Begins to set one up: `address` is to be drawn as a QR code. It counts once its first code was confirmed. */
    setUpSecondFactor: (password: string) =>
      call<Replies['setUpSecondFactor']>({
        method: 'POST',
        path: '/me/second-factor',
        body: { password },
      }),
    /** The recovery codes are told this once. `VALIDATION_FAILED` at `code`: it is wrong. */
    confirmSecondFactor: (code: string) =>
      call<Replies['confirmSecondFactor']>({
        method: 'PUT',
        path: '/me/second-factor',
        body: { code },
      }),
    /** A code of the authenticator app, or a recovery code: this session may do what the role allows. */
    showSecondFactor: (code: string) =>
      call<null>({ method: 'POST', path: '/auth/second-factor', body: { code } }),
    /** Begins to write all of one's own data to a file; again while it is written changes nothing. */
    startExport: () => call<Replies['startExport']>({ method: 'POST', path: '/me/export' }),
    /** `NOT_FOUND`: there is none. */
    getExport: () => call<Replies['getExport']>({ method: 'GET', path: '/me/export' }),
    /** What the file holds: a list under each name. */
    downloadExport: () => call<object>({ method: 'GET', path: '/me/export/file' }),
    /**
     * Deletes the account for good; `VALIDATION_FAILED` at `password` when that is wrong. Sign out with the client's
     * `logOut` afterwards, which also clears what the device keeps.
     */
    deleteAccount: (password: string) =>
      call<null>({ method: 'DELETE', path: '/me', body: { password } }),
  };
}
