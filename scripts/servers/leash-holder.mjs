/**
 * Ends the held processes when whoever holds the leash is gone, however it went (kill -9 included):
 * its end closes the channel, and nothing else is needed to notice that.
 * Runs as a process of its own, in plain JavaScript, so that it starts before and without a build.
 */
import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A clean end of mongod writes its cache to disk; longer than this is a hang. */
const GRACE_MS = 15_000;
const held = new Map();
const folders = new Set();

process.on('message', (message) => {
  if (message.hold) held.set(message.hold, message.stage);
  if (message.release) held.delete(message.release);
  if (message.folder) folders.add(message.folder);
});
process.on('disconnect', () => void endAll().finally(() => process.exit(0)));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

async function endAll() {
  for (const stage of [...new Set(held.values())].sort()) {
    const pids = [...held.keys()].filter((pid) => held.get(pid) === stage);
    for (const pid of pids) signal(pid, 'SIGTERM');
    const deadline = Date.now() + GRACE_MS;
    while (pids.some(isRunning) && Date.now() < deadline) await delay(50);
    for (const pid of pids.filter(isRunning)) signal(pid, 'SIGKILL');
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // Ended by itself.
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    // In a container nobody may collect the dead: a zombie still answers to signal 0.
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}
