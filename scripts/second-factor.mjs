#!/usr/bin/env node
/**
 * `npm run -s second-factor -- NAME`: a new second factor for an operator of the admin area. Prints the part of
 * `ADMIN_SECOND_FACTORS`, and the address that an authenticator app takes, as text or drawn as a QR code.
 */
import { randomBytes } from 'node:crypto';

const [name = 'admin'] = process.argv.slice(2);
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
// 160 bits, as RFC 4226 advises: 32 letters of five bits.
const secret = [...randomBytes(32)].map((byte) => alphabet[byte % 32]).join('');
console.log(`ADMIN_SECOND_FACTORS=${name}:${secret}`);
console.log(`otpauth://totp/Haggle:${encodeURIComponent(name)}?secret=${secret}&issuer=Haggle`);
