import { createPrivateKey } from 'node:crypto';

/** One key for all processes of a run, so that a file can sign for the cluster that it shares with others. */
export const signingKey = process.env['TEST_SIGNING_KEY']!;
export const signingKeyObject = createPrivateKey(signingKey);
