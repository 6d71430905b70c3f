import { Connection } from 'mongodb/lib/cmap/connection.js';

/**
 * Lets a command fail whose connection is closed while it is written.
 *
 * The driver (7.8.0, and 7.9.0) waits for `drain` or `error` of the socket then. A socket that the other side has ended
 * is destroyed without an error, and says `close` only in the last phase of its turn of the event loop: what is written
 * until then is refused without a word, and the command is never settled. A log whose write never ends stores nothing
 * any more. Seen after a primary was killed under load, once in about ten times.
 */
export function failWhatIsClosed(): void {
  if (patched) return;
  patched = true;
  // eslint-disable-next-line typescript/unbound-method -- it is called with its connection.
  const { cleanup } = Connection.prototype;
  Connection.prototype.cleanup = function (error) {
    const { socket, closed } = this;
    cleanup.call(this, error);
    // Nobody waits for it but a command that is being written; who waits listens to errors, too. The connection itself
    // listens as well, and cleans up again.
    if (!closed && socket.listenerCount('drain') > 0) socket.emit('error', error);
  };
}

let patched = false;
