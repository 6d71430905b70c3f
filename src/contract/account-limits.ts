/**
 * Bounds of accounts beside the ones in `limits.ts`. A file of its own: the core of the client library carries `limits`,
 * and an app that only chats must not grow by these.
 */
export const accountLimits = {
  /** Days for which the proof of a neighbourhood is good: people move. */
  neighbourhoodDays: 30,
  /** How exact a place must be to prove a neighbourhood, in metres. */
  neighbourhoodAccuracyMetres: 200,
  /** Hours within which the personal data of a deleted account is erased; while a worker runs it takes minutes. */
  erasedWithinHours: 24,
  /** Days for which an export of one's own data can be fetched, and how many a person may ask for in a day. */
  exportDays: 7,
  exportsPerDay: 3,
  /** How long the link of a mail is good by which somebody sets a new password. */
  resetTokenSeconds: 30 * 60,
  /** Mails in an hour by which a new password can be set: asked for from one network for one e-mail address … */
  resetsPerEmail: 3,
  /** … sent to one address, wherever they were asked for … */
  resetMailsPerEmail: 10,
  /** … and asked for from one network for all addresses together. */
  resetsPerAddress: 20,
  /** Hours for which a session may do what the role of its person allows, after a code was shown in it. */
  secondFactorHours: 12,
  /** Hours after which a session of the admin area has ended, and minutes without a look at it. */
  adminHours: 12,
  adminIdleMinutes: 60,
  /** Minutes in which a second factor that was begun must be confirmed. */
  secondFactorMinutes: 15,
  /** Codes that open in place of the authenticator app, each once. */
  recoveryCodes: 10,
  /** Hours for which the secret of a server key still works once there is a new one: every server is told in that time. */
  hostKeyGraceHours: 24,
  /** Server keys at a time: one for each server that has a different task. */
  hostKeys: 20,
  /** Calls in a minute from one network with a server key that is not valid: a server that was forgotten finds out sooner. */
  wrongHostKeysPerAddress: 60,
} as const;
