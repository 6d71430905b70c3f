/** The largest number that holds is known to within this share of it. */
const fine = 0.1;

/**
 * Finds the largest number of users that holds: doubles from `first` until a number does not hold or `most` is reached,
 * then halves the gap. Gives up looking when `outOfTime`. Returns 0 when none held.
 */
export async function largest(options: {
  first: number;
  most: number;
  holds: (users: number) => Promise<boolean>;
  outOfTime: () => boolean;
}): Promise<number> {
  const { most, holds, outOfTime } = options;
  let [good, bad] = [0, Infinity];
  let users = Math.min(options.first, most);
  while (users > good && users < bad && !outOfTime()) {
    if (await holds(users)) good = users;
    else bad = users;
    if (bad === Infinity) users = Math.min(2 * users, most);
    else if (bad - good <= Math.max(1, fine * bad)) break;
    else users = Math.round((good + bad) / 2);
  }
  return good;
}
