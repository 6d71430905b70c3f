import { useEffect, useRef, useState } from 'preact/hooks';
import { limits, type Image } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { newId } from '../app/new-id.js';
import { useReadable } from '../app/use-readable.js';
import { mayPass } from './describe-photo.js';
import type { KeptPhoto, KeptPhotos } from './kept-photos.js';

/** A photo of a listing or message to be. It is being uploaded while it has neither an image nor an error. */
export interface ChosenPhoto extends KeptPhoto {
  /** What an `<img>` shows: the file itself, or the stored image. */
  preview: string;
  /** Undefined for one that the listing had before, and one that is uploaded since an earlier visit. */
  file?: File | undefined;
  /** How much of it is uploaded, from 0 to 1. */
  share?: number | undefined;
  /** Why it could not be uploaded. */
  error?: unknown;
}

export type ChosenPhotos = ReturnType<typeof usePhotos>;

/** How long an uploaded image that nothing uses yet is counted on (ms): an hour less than the server keeps it. */
const unusedForMs = (limits.imageUnusedHours - 1) * 3_600_000;

type Change = (all: readonly ChosenPhoto[]) => readonly ChosenPhoto[];
const changed =
  (key: string, to: Partial<ChosenPhoto>): Change =>
  (all) =>
    all.map((photo) => (photo.key === key ? { ...photo, ...to } : photo));

/**
 * The photos of a listing or message to be. Each is uploaded as soon as it is chosen and stands for itself: one that
 * fails can be tried again or taken out, and the others stay.
 */
export function usePhotos({
  most,
  first = [],
  kept,
}: {
  most: number;
  /** Those that the listing has. */
  first?: readonly Image[];
  /** Where the photos outlive the screen and the page. */
  kept: KeptPhotos | undefined;
}) {
  const { client, uploads } = useHaggle();
  const { phase } = useReadable(client.state);
  const [photos, setPhotos] = useState<readonly ChosenPhoto[]>(() =>
    kept?.start
      ? kept.start.map(asShown)
      : first.map(({ id, urls: { thumb } }) => ({ key: id, imageId: id, thumb, preview: thumb })),
  );
  const running = useRef(new Map<string, AbortController>());
  const previews = useRef(new Set<string>());
  const previewOf = (file: File) => {
    const preview = URL.createObjectURL(file);
    previews.current.add(preview);
    return preview;
  };

  /** What a person may find again is kept; as it was at first, there is nothing to find. */
  const set = (change: Change) =>
    setPhotos((all) => {
      const next = change(all);
      const asFirst =
        next.length === first.length && next.every(({ key }, index) => key === first[index]?.id);
      if (asFirst) kept?.forgetList();
      else kept?.keep(next);
      return next;
    });
  const upload = async (key: string, file: File) => {
    const cancel = new AbortController();
    running.current.get(key)?.abort();
    running.current.set(key, cancel);
    setPhotos(changed(key, { file, error: undefined, share: 0 }));
    const onProgress = (share: number) => {
      if (!cancel.signal.aborted) setPhotos(changed(key, { share }));
    };
    const to = await uploads.upload(file, { signal: cancel.signal, onProgress }).then(
      ({ id, urls: { thumb } }) => ({ imageId: id, thumb, until: Date.now() + unusedForMs }),
      (error: unknown) => ({ error }),
    );
    if (cancel.signal.aborted) return;
    running.current.delete(key);
    set(changed(key, to));
  };
  const drop = (key: string) => {
    running.current.get(key)?.abort();
    kept?.forgetFile(key);
    set((all) => all.filter((photo) => photo.key !== key));
  };

  useEffect(() => {
    let left = false;
    const resume = async (key: string) => {
      const file = await kept?.file(key);
      if (left) return;
      if (!file) return drop(key);
      setPhotos(changed(key, { preview: previewOf(file) }));
      await upload(key, file);
    };
    for (const { key, imageId } of photos) if (!imageId) void resume(key);
    return () => {
      left = true;
      for (const one of running.current.values()) one.abort();
      for (const preview of previews.current) URL.revokeObjectURL(preview);
    };
  }, []);

  // What failed for want of a connection is taken up again with it.
  useEffect(() => {
    if (phase !== 'live') return;
    for (const { key, file, error } of photos) if (file && mayPass(error)) void upload(key, file);
  }, [phase]);

  const underWay = photos.filter(({ imageId, error }) => !imageId && !error);
  return {
    photos,
    /** How many are under way. */
    uploading: underWay.length,
    /** How many were refused. */
    failed: photos.filter(({ error }) => error).length,
    imageIds: photos.flatMap(({ imageId }) => imageId ?? []),
    /** Whether a file of an earlier visit is still being read. */
    reading: photos.some(({ imageId, file, error }) => !imageId && !file && !error),
    /** What a message takes: the ids of what is uploaded, and the files of what may yet be. */
    toSend: photos.flatMap(({ imageId, file, error }): (string | File)[] => {
      if (imageId) return [imageId];
      return file && (!error || mayPass(error)) ? [file] : [];
    }),
    /** Adds as many as fit; false when some did not. */
    add: (files: Iterable<File>): boolean => {
      const chosen = [...files];
      const added = chosen
        .slice(0, most - photos.length)
        .map((file) => ({ key: newId(), preview: previewOf(file), file }));
      set((all) => [...all, ...added]);
      for (const { key, file } of added) {
        kept?.keepFile(key, file);
        void upload(key, file);
      }
      return added.length === chosen.length;
    },
    /** Also gives its upload up. */
    remove: drop,
    clear: () => {
      for (const one of running.current.values()) one.abort();
      setPhotos([]);
      kept?.forget();
    },
    retry: ({ key, file }: ChosenPhoto) => {
      if (file) void upload(key, file);
    },
    /** Puts it in front of or behind its neighbours, to the place `to`, counted from 0. */
    move: (key: string, to: number) =>
      set((all) => {
        const moved = all.find((photo) => photo.key === key);
        if (!moved || to < 0 || to >= all.length) return all;
        const others = all.filter((photo) => photo !== moved);
        return [...others.slice(0, to), moved, ...others.slice(to)];
      }),
  };
}

/** An image that the server may have deleted meanwhile counts as not uploaded. */
function asShown({ key, imageId, thumb, until }: KeptPhoto): ChosenPhoto {
  const isThere = imageId !== undefined && (until === undefined || until > Date.now());
  return isThere ? { key, imageId, thumb, until, preview: thumb ?? '' } : { key, preview: '' };
}
