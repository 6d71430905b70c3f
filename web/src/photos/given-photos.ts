import { useEffect, useRef, useState } from 'preact/hooks';

/** The pictures among what was dropped or pasted; the system names no type for HEIC everywhere. */
export const picturesIn = (given: DataTransfer | null): File[] =>
  [...(given?.files ?? [])].filter(
    ({ type, name }) => type.startsWith('image/') || /\.hei[cf]$/i.test(name),
  );

/**
 * Takes the pictures that are dropped anywhere on the page, where the browser would leave the app to show one. Returns
 * whether something is held over it.
 */
export function useDroppedPhotos(onPhotos: (files: File[]) => void): boolean {
  const [isOver, setIsOver] = useState(false);
  const take = useRef(onPhotos);
  take.current = onPhotos;
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setIsOver(true);
    };
    const leave = ({ relatedTarget }: DragEvent) => relatedTarget === null && setIsOver(false);
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setIsOver(false);
      take.current(picturesIn(event.dataTransfer));
    };
    document.addEventListener('dragover', over);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', drop);
    };
  }, []);
  return isOver;
}
