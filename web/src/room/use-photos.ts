import { useEffect, useState } from 'preact/hooks';
import { limits } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';

export interface Photo {
  file: File;
  preview: string;
}

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
  return {
    photos,
    busy,
    clear,
    /** False when not all of them fit into one message. */
    add: (files: FileList | null): boolean => {
      const room = limits.imagesPerMessage - photos.length;
      const chosen = [...(files ?? [])];
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
    /** Answers with the ids of the uploaded images, in the order of choice. */
    upload: async (): Promise<string[]> => {
      setBusy(true);
      try {
        const images = await Promise.all(photos.map(({ file }) => client.uploadImage(file)));
        return images.map(({ id }) => id);
      } finally {
        setBusy(false);
      }
    },
  };
}
