import { generateKeyPairSync } from 'node:crypto';

/** One key for all processes of a test file. */
export const signingKeyObject = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
export const signingKey = signingKeyObject.export({ type: 'pkcs8', format: 'pem' }).toString();
