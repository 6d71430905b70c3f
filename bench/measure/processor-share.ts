/** Enough to tell a busy machine from a quiet one, also where the host allows short bursts (ms of CPU time). */
const loopMs = 1_000;

/**
 * How much of a processor a busy loop gets on this machine now: 1 on one that does nothing else. Less means that other
 * programs, or other guests of the same host, have the rest; then only ratios of one run say something.
 */
export function processorShare(): number {
  const began = performance.now();
  const before = process.cpuUsage();
  let usedMs = 0;
  while (usedMs < loopMs) {
    for (let step = 0; step < 1e6; step += 1);
    const { user, system } = process.cpuUsage(before);
    usedMs = (user + system) / 1_000;
  }
  return Math.min(1, usedMs / (performance.now() - began));
}
