/**
 * How simulated people behave. Times are means in ms; real ones are spread around them. They are several times quicker
 * than people: a run is short, and is to show every part of the product at work.
 */
export const pace = {
  /** One visit, from connecting to leaving, and the time until the next one. */
  visitMs: 60_000,
  awayMs: 10_000,
  /** Looking at a page of the feed, or at a listing, before the next step. */
  lookMs: 4_000,
  /** Between two messages of one burst. */
  typeMs: 2_500,
  /** Until somebody who is connected answers what they got. */
  answerMs: 4_000,
} as const;

/** How often out of one a person does something, when it comes to it. */
export const chances = {
  /** Opens the conversation about a listing just looked at. */
  contact: 0.35,
  /** Asks for another page of the feed instead of a listing. */
  nextPage: 0.2,
  /** Makes an offer after the first burst, and then the seller: counters, accepts, or declines. */
  offer: 0.4,
  counter: 0.4,
  accept: 0.4,
  /** Answers a message with a burst of one's own. */
  answer: 0.6,
} as const;

/** Messages of one burst, at most. */
export const burstMost = 3;

/** A time around the mean, at most four times it. */
export const around = (meanMs: number): number =>
  meanMs * Math.min(4, -Math.log(1 - Math.random()));

/** New conversations that one person opens in a run: the product takes 20 in an hour. */
export const conversationsMost = 18;

/** People whose feeds are one: they list within the same few streets. */
export const neighbours = 40;

/** Where a neighbourhood is. Two are further from each other than a feed reaches. */
export function placeOf(neighbourhood: number): { latitude: number; longitude: number } {
  const [row, column] = [Math.floor(neighbourhood / 80), neighbourhood % 80];
  const short = (degrees: number) => Number(degrees.toFixed(2));
  return { latitude: short(33.2 + column * 0.06), longitude: short(126 + row * 0.07) };
}
export const radiusKm = 2;
