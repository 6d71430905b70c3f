/**
 * An id for an intent. `crypto.randomUUID` exists on secure origins only; a phone in the same network opens this one
 * over http.
 */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
