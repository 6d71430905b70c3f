import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from './command.mjs';

const folder = join(root, '.cache');
const lock = join(folder, 'prepare.lock');

/** Two commands started at once must not install or build into the same folders: the second waits. */
export async function oneAtATime(work) {
  mkdirSync(folder, { recursive: true });
  const since = Date.now();
  let told = false;
  while (!take()) {
    if (!told && Date.now() - since > 2_000) {
      told = true;
      console.log(`Waiting for another command that installs or builds here (its lock: ${lock})`);
    }
    await delay(200);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!holderIsAlive()) rmSync(lock, { force: true });
  return false;
}

function holderIsAlive() {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    // An empty file is one that is just being written.
    if (pid === 0) return true;
    if (pid === process.pid) return false;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
