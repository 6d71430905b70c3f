import { deviceStore } from '../app/device-store.js';

const files = deviceStore('haggle-photos', 'files');

/**
 * Chosen files, kept on this device until their form is sent, given up, or its person signs out. Where nothing can be
 * kept, the form that is open has them in memory.
 */
export const photoFiles = {
  keep: (name: string, file: File): void => void files.keep(name, file),
  forget: (name: string): void => void files.forget(name),
  /** All whose names begin so. */
  forgetAll: (start: string): void => void files.forgetAll(start),
  /** Undefined when it is not there, or cannot be read. */
  read: async (name: string): Promise<File | undefined> => {
    const found = await files.read(name);
    return found instanceof File ? found : undefined;
  },
};
