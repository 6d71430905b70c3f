/** Why somebody reports. A file without schemas, so that an app can list them. */
export const reportReasons = [
  'fraud',
  'prohibitedItem',
  'counterfeit',
  'harassment',
  'sexual',
  'spam',
  'other',
] as const;
