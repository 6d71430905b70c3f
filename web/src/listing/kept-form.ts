/** The fields of the sell form as they are typed. Photos are not kept: nobody may look at them before they are listed. */
export interface TypedListing {
  title: string;
  description: string;
  category: string;
  price: string;
  free: boolean;
  offers: boolean;
  minimum: string;
  autoAccept: string;
}

/** What was typed and not listed yet, kept on this device for each person. */
export function keptForm(userId: string) {
  const key = `haggle.sell.${userId}`;
  return {
    start: saved(key),
    keep: (typed: TypedListing) => localStorage.setItem(key, JSON.stringify(typed)),
    forget: () => localStorage.removeItem(key),
  };
}

export type KeptForm = ReturnType<typeof keptForm>;

function saved(key: string): Partial<TypedListing> | undefined {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    return typeof found === 'object' && found !== null ? found : undefined;
  } catch {
    return undefined;
  }
}
