/** The two sizes that are stored and served. */
export const variants = ['full', 'thumb'] as const;
export type Variant = (typeof variants)[number];
export type Variants = Record<Variant, Buffer>;

/** Where the bytes of images are; what is known of an image beside its bytes is always in the database. */
export interface ImageBytes {
  /** Every process finds both when this returns. Again: the later ones count. */
  put(id: string, variants: Variants): Promise<void>;
  /** null: there are none. */
  get(id: string, variant: Variant): Promise<Buffer | null>;
  /** Removes both; what is not there is no error. */
  remove(id: string): Promise<void>;
}
