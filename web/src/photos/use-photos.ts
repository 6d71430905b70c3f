import { useEffect, useRef, useState } from 'preact/hooks';
import { limits, type Image } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { newId } from '../app/new-id.js';

/** A photo of the listing in the form. It is being uploaded while it has neither an image nor an error. */
export interface ListingPhoto {
  key: string;
  /** What an `<img>` shows: the file itself, or the stored image. */
  preview: string;
  /** Undefined for one that the listing had before. */
  file?: File;
  imageId?: string;
  /** Why it could not be uploaded. */
  error?: unknown;
}

export type ListingPhotos = ReturnType<typeof useListingPhotos>;

/**
 * The photos of a listing while it is filled in. Each is uploaded as soon as it is chosen and stands for itself: one
 * that fails can be tried again or taken out, and the others stay.
 */
export function useListingPhotos(first: readonly Image[]) {
  const { client } = useHaggle();
  const [photos, setPhotos] = useState<readonly ListingPhoto[]>(() =>
    first.map(({ id, urls }) => ({ key: id, preview: urls.thumb, imageId: id })),
  );
  const running = useRef(new Map<string, AbortController>());
  const previews = useRef(new Set<string>());
  useEffect(
    () => () => {
      for (const upload of running.current.values()) upload.abort();
      for (const preview of previews.current) URL.revokeObjectURL(preview);
    },
    [],
  );

  const change = (key: string, to: Pick<ListingPhoto, 'imageId' | 'error'>) =>
    setPhotos((all) =>
      all.map((photo) => {
        if (photo.key !== key) return photo;
        const { imageId: _imageId, error: _error, ...same } = photo;
        return { ...same, ...to };
      }),
    );
  const upload = async (key: string, file: File) => {
    const cancel = new AbortController();
    running.current.set(key, cancel);
    const to = await client.uploadImage(file, { signal: cancel.signal }).then(
      ({ id }) => ({ imageId: id }),
      (error: unknown) => ({ error }),
    );
    running.current.delete(key);
    if (!cancel.signal.aborted) change(key, to);
  };

  const uploading = photos.filter(({ imageId, error }) => !imageId && !error).length;
  return {
    photos,
    /** How many are under way. */
    uploading,
    failed: photos.some(({ error }) => error),
    imageIds: photos.flatMap(({ imageId }) => imageId ?? []),
    /** Adds what fits into one listing; false when some did not. */
    add: (files: Iterable<File>): boolean => {
      const chosen = [...files];
      const added = chosen.slice(0, limits.imagesPerListing - photos.length).map((file) => {
        const preview = URL.createObjectURL(file);
        previews.current.add(preview);
        return { key: newId(), preview, file };
      });
      setPhotos((all) => [...all, ...added]);
      for (const { key, file } of added) void upload(key, file);
      return added.length === chosen.length;
    },
    /** Also gives its upload up. */
    remove: (key: string) => {
      running.current.get(key)?.abort();
      setPhotos((all) => all.filter((photo) => photo.key !== key));
    },
    retry: ({ key, file }: ListingPhoto) => {
      if (!file) return;
      change(key, {});
      void upload(key, file);
    },
    /** Puts it in front of or behind its neighbours, to the place `to`, counted from 0. */
    move: (key: string, to: number) =>
      setPhotos((all) => {
        const moved = all.find((photo) => photo.key === key);
        if (!moved || to < 0 || to >= all.length) return all;
        const others = all.filter((photo) => photo !== moved);
        return [...others.slice(0, to), moved, ...others.slice(to)];
      }),
  };
}
