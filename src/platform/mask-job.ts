/** What an operator works with; a key that is not here is hidden, so that a new one is hidden until somebody decides. */
const shown = new Set([
  ...['kind', 'conversationId', 'seq', 'readSeq', 'until', 'id', 'at'],
  ...['queue', 'job', 'reason', 'tries', 'outcome', 'devices'],
]);
/** People: enough to tell one from another on the screen. */
const shortened = new Set(['recipientId']);
const kept = 8;

/**
 * Data of a job as the dashboard shows it: places and outcomes, no token, no words, of a person's id no more than tells
 * one from another. The id of a job still has it whole: an operator who looks for somebody's push finds it by that. Why
 * it failed is shown as it is: providers' codes and states, which name no token (see ProviderAnswer).
 */
export function maskJob(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskJob);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, maskPart(key, part)]));
}

function maskPart(key: string, part: unknown): unknown {
  if (shortened.has(key)) return `${String(part).slice(0, kept)}…`;
  return shown.has(key) ? maskJob(part) : '(hidden)';
}
