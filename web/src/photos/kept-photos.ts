import { photoFiles } from './photo-files.js';

/** A photo of a form as it is kept on the device; its file is kept beside it. */
export interface KeptPhoto {
  key: string;
  imageId?: string | undefined;
  /** What an `<img>` shows of the stored image. */
  thumb?: string | undefined;
  /** When the server may delete the image, since nothing uses it; none for one that the listing has. */
  until?: number | undefined;
}

export type KeptPhotos = ReturnType<typeof keptPhotos>;

/** The photos of one form, in order, kept on this device until it is sent or given up. */
export function keptPhotos(form: string) {
  const listKey = `${form}.photos`;
  const nameOf = (key: string) => `${form}/${key}`;
  const forgetList = () => localStorage.removeItem(listKey);
  return {
    start: savedList(listKey),
    keep: (photos: readonly KeptPhoto[]) =>
      localStorage.setItem(
        listKey,
        JSON.stringify(
          photos.map(({ key, imageId, thumb, until }) => ({ key, imageId, thumb, until })),
        ),
      ),
    keepFile: (key: string, file: File) => photoFiles.keep(nameOf(key), file),
    file: (key: string) => photoFiles.read(nameOf(key)),
    forgetFile: (key: string) => photoFiles.forget(nameOf(key)),
    forgetList,
    forget: () => {
      forgetList();
      photoFiles.forgetAll(`${form}/`);
    },
  };
}

function savedList(key: string): KeptPhoto[] | undefined {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    return Array.isArray(found) ? (found as KeptPhoto[]) : undefined;
  } catch {
    return undefined;
  }
}
