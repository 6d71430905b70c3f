import { useEffect, useState } from 'preact/hooks';
import { HaggleError, limits } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';

export interface Photo {
  file: File;
  preview: string;
  /** Of the uploaded image: what is there once is not uploaded again. */
  imageId?: string;
  /** Why it could not be uploaded. */
  error?: unknown;
}

/** The same file would be refused again. */
const isHopeless = ({ error }: Photo) => error instanceof HaggleError && !error.retryable;

/** Pictures chosen for the next message of a room, and the way to upload them. */
export function usePhotos(roomId: string) {
  const { client } = useHaggle();
  const [photos, setPhotos] = useState<readonly Photo[]>([]);
  const [busy, setBusy] = useState(false);
  const clear = () => {
    setPhotos((chosen) => {
      for (const { preview } of chosen) URL.revokeObjectURL(preview);
      return [];
    });
  };
  useEffect(() => clear, [roomId]);
  const upload = async (photo: Photo): Promise<Photo> => {
    const { file, preview, imageId } = photo;
    if (imageId !== undefined || isHopeless(photo)) return photo;
    return client.uploadImage(file).then(
      ({ id }) => ({ file, preview, imageId: id }),
      (error: unknown) => ({ file, preview, error }),
    );
  };
  return {
    photos,
    busy,
    clear,
    /** False when not all of them fit into one message. */
    add: (chosen: File[]): boolean => {
      const room = limits.imagesPerMessage - photos.length;
      const added = chosen
        .slice(0, room)
        .map((file) => ({ file, preview: URL.createObjectURL(file) }));
      setPhotos([...photos, ...added]);
      return chosen.length <= room;
    },
    remove: (photo: Photo) => {
      URL.revokeObjectURL(photo.preview);
      setPhotos(photos.filter((one) => one !== photo));
    },
    /**
     * Answers with the ids of the uploaded images, in the order of choice, once all are there. Undefined when one was
     * refused just now: it is marked, the others keep their ids, and the next try goes without it.
     */
    upload: async (): Promise<string[] | undefined> => {
      setBusy(true);
      try {
        const tried = await Promise.all(photos.map(upload));
        setPhotos(tried);
        const news = tried.some((one, index) => one.error && !isHopeless(photos[index]!));
        const ids = tried.flatMap(({ imageId }) => imageId ?? []);
        return news || ids.length === 0 ? undefined : ids;
      } finally {
        setBusy(false);
      }
    },
  };
}
