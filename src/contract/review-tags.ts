/** What can be said with one tap: praise goes with great and good, criticism with bad. */
export const praiseTags = [
  'friendly',
  'onTime',
  'quickReplies',
  'asDescribed',
  'fairPrice',
  'wellKept',
] as const;
export const criticismTags = [
  'unfriendly',
  'late',
  'slowReplies',
  'notAsDescribed',
  'haggledAtTheDoor',
  'badCondition',
] as const;
