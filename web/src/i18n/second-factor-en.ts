import type { secondFactorKo } from './second-factor-ko.js';

export const secondFactorEn: typeof secondFactorKo = {
  title: 'Second factor',
  ask: 'Enter a code of your authenticator app, or a recovery code. It is good on this device for twelve hours.',
  code: 'Code',
  enter: 'Enter',
  wrong: 'The code is wrong, or was used before.',
  begin:
    'Your role needs a second factor. Enter your password for a QR code that an authenticator app can scan.',
  password: 'Password',
  setUp: 'Set it up',
  scan: 'Scan this QR code with your authenticator app, then enter the code that it shows.',
  qr: 'QR code for an authenticator app',
  type: 'If you cannot scan it, type this into the app:',
  confirm: 'Confirm',
  recovery:
    'It is set up. Keep these recovery codes where your phone is not: each is good once in place of a code, and they are shown this once.',
  goOn: 'Go on',
};
