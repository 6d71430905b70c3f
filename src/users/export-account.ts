import { Refusal, accountLimits, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import type { Hook } from '../platform/hook.js';
import type { Quota } from '../platform/quota.js';
import type { Export, ExportFile, ExportStore } from './export.store.js';

/** What one slice has of a person, in the shapes of the contract: a list under each name. */
export type ExportedLists = Record<string, AsyncIterable<unknown>>;

/**
 * Bytes of a part of a file, the last one may have fewer. Who fetches the file has two of them in memory for as long as
 * they like, and what is wanted of it is found without reading what lies before.
 */
const partBytes = 64 * 1024;
/** Letters that are gathered before they are stored as parts, in one write. */
const writtenLetters = 1024 * 1024;
/** Files that this process sends at once: about 30 MB of parts. Only as many slow callers could keep others out. */
const fetchedAtOnce = 240;
/** When to ask again where too much is fetched. */
const fetchAgainMs = 5_000;
const dayMs = 24 * 3_600_000;

/** Writes all that is stored of a person to a file, which only they can fetch. */
export function createExportAccount(deps: {
  exports: ExportStore;
  /** Asks all slices. */
  exporting: Hook<string, ExportedLists>;
  quota: Quota;
  clock: Clock;
}) {
  const { exports, exporting, quota, clock } = deps;

  const write = async (userId: string, build: string): Promise<void> => {
    const begun = clock();
    const expiresAt = new Date(begun.getTime() + accountLimits.exportDays * dayMs);
    let [parts, bytes] = [0, 0];
    let text: string[] = [];
    let length = 0;
    /** What does not fill a part yet. */
    let rest: Buffer = Buffer.alloc(0);
    const flush = async (isEnd: boolean) => {
      const all = Buffer.concat([rest, Buffer.from(text.join(''))]);
      const end = isEnd ? all.length : all.length - (all.length % partBytes);
      const pieces: Buffer[] = [];
      for (let at = 0; at < end; at += partBytes)
        pieces.push(all.subarray(at, Math.min(at + partBytes, end)));
      await exports.addParts({ userId, build }, parts, { pieces, expiresAt });
      parts += pieces.length;
      bytes += end;
      rest = all.subarray(end);
      [text, length] = [[], 0];
    };
    for await (const piece of asJson(begun, await exporting.run(userId))) {
      text.push(piece);
      length += piece.length;
      if (length < writtenLetters) continue;
      await flush(false);
      if (!(await exports.goesOn({ userId, build }, clock()))) {
        await exports.dropBuild({ userId, build });
        return;
      }
    }
    await flush(true);
    await exports.finish({ userId, build }, { partBytes, bytes, readyAt: clock(), expiresAt });
  };

  /** Who fetches a file from this process. */
  const fetching = new Set<string>();
  const read = async function* (userId: string, file: ExportFile, start: number, end: number) {
    if (fetching.has(userId))
      throw new Refusal('RATE_LIMITED', 'The file is being fetched already, one at a time', {
        retryAfterMs: fetchAgainMs,
      });
    if (fetching.size >= fetchedAtOnce)
      throw new Refusal('UNAVAILABLE', 'Too many files are fetched', {
        retryAfterMs: fetchAgainMs,
      });
    fetching.add(userId);
    try {
      for (let at = Math.floor(start / file.partBytes); at * file.partBytes < end; at += 1) {
        const part = await exports.part(file, at);
        if (!part) throw new Refusal('NOT_FOUND', 'A newer export has taken its place');
        const place = at * file.partBytes;
        yield part.subarray(Math.max(0, start - place), end - place);
      }
    } finally {
      fetching.delete(userId);
    }
  };

  return {
    commands: {
      /** `isNew` false: one is under way. Throws RATE_LIMITED. */
      async startExport({ userId }: Actor): Promise<{ shown: view.AccountExport; isNew: boolean }> {
        const standing = await exports.of(userId);
        if (standing && !standing.ready) return { shown: present(standing), isNew: false };
        await quota(userId);
        const now = clock();
        const isNew = await exports.start(userId, now);
        return { shown: present({ userId, requestedAt: now, ready: null }), isNew };
      },

      /** Throws NOT_FOUND when there is none. */
      async getExport({ userId }: Actor): Promise<view.AccountExport> {
        const standing = await exports.of(userId);
        const over = standing?.ready && standing.ready.expiresAt <= clock();
        if (!standing || over) throw new Refusal('NOT_FOUND', 'There is no export');
        return present(standing);
      },

      /**
       * The file, part by part. Throws NOT_FOUND unless it is ready; reading it throws RATE_LIMITED while the person
       * fetches it already, and UNAVAILABLE while too many others do.
       */
      async downloadExport({ userId }: Actor) {
        const file = await exports.file(userId, clock());
        if (!file) throw new Refusal('NOT_FOUND', 'There is no export that is ready');
        return {
          size: file.bytes,
          tag: file.build,
          read: (start: number, end: number) => read(userId, file, start, end),
        };
      },
    },
    timer: {
      name: 'account-export',
      due: exports.due.bind(exports),
      act: async (userId: string): Promise<boolean> => {
        const build = await exports.take(userId, clock());
        if (build === null) return false;
        await write(userId, build);
        return true;
      },
    },
  };
}

/** One object with all lists, piece by piece. */
async function* asJson(at: Date, slices: ExportedLists[]): AsyncGenerator<string> {
  yield `{"exportedAt":${JSON.stringify(at)}`;
  for (const lists of slices)
    for (const [name, items] of Object.entries(lists)) {
      yield `,\n${JSON.stringify(name)}:[`;
      let before = '\n';
      for await (const item of items) {
        yield before + JSON.stringify(item);
        before = ',\n';
      }
      yield '\n]';
    }
  yield '\n}\n';
}

const present = ({ requestedAt, ready }: Export): view.AccountExport => ({
  state: ready ? 'ready' : 'preparing',
  requestedAt: requestedAt.toISOString(),
  readyAt: ready?.at.toISOString() ?? null,
  expiresAt: ready?.expiresAt.toISOString() ?? null,
  bytes: ready?.bytes ?? null,
});
