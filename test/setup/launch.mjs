/** The embedded default, with stand-ins for gateway and worker unless STAND_INS=off: `node launch.mjs [arguments of npm start]`. */
import { fileURLToPath } from 'node:url';
import { embedded } from '../../dist/scripts/embedded.js';
import { createProgress } from '../../scripts/prepare/progress.mjs';

const standIn = fileURLToPath(new URL('stand-in-node.mjs', import.meta.url));
const entries = { gateway: standIn, worker: standIn };
const { env } = process;
const options = { env, argv: process.argv.slice(2), progress: createProgress() };
process.exit(await embedded(env.STAND_INS === 'off' ? options : { ...options, entries }));
