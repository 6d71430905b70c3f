/**
 * Bounds of listings, offers, deals and reviews beside the ones in `limits.ts`. A file of its own: the core of the client library
 * carries `limits`, and an app that only chats must not grow by these. What a person may do at the moment is served as
 * `abilities`, so that no client has to compute it from here.
 */
export const tradeLimits = {
  /** Moves of one negotiation, the first offer included: haggling without end pleases neither side. */
  offerMoves: 6,
  /** Hours an offer stands without an answer, where the seller wants more time than `limits.offerHours`. */
  offerHoursLong: 48,
  /** Hours before an offer ends at which the side whose turn it is gets a reminder. */
  offerReminderHours: 4,
  /** Hours of the local day between which no offer ends, since people who sleep cannot answer … */
  nightFromHour: 22,
  nightUntilHour: 8,
  /** … an offer that would end then stands until this hour of the next morning. */
  morningHour: 10,
  /** A buyer who takes back this many offers … */
  withdrawals: 3,
  /** … within so many hours may make no new one for as many hours: an offer should be meant. */
  withdrawalHours: 24,
  /** Days that the request for a give-away stands: the seller looks at several before picking one. */
  requestDays: 7,
  /** Requests for give-aways that a person may have open at once, over all listings. */
  requestsOpen: 5,
  /** Offers that one bulk decline may name, or declines when it names none … */
  bulkDecline: 100,
  /** … and the milliseconds after which it declines no further one and answers how many are left. */
  bulkDeclineMs: 5_000,

  /** Hours a deal without an appointment holds the listing before the seller is asked … */
  dealHoldHours: 72,
  /** … and hours after the appointment for one that has one. */
  dealAfterHours: 24,
  /** Hours the seller has to answer; silence frees the listing. */
  dealAnswerHours: 24,
  /** How many days ahead an appointment may lie. */
  appointmentDays: 14,
  /** Times that one deal's appointment may be proposed, changed or confirmed: its history is kept whole. */
  appointmentActs: 40,
  /** Minutes before the appointment at which both are reminded. */
  reminderFirstMinutes: 24 * 60,
  reminderSecondMinutes: 60,
  reminderLastMinutes: 10,
  /** A no-show can be reported from so many minutes after the appointment … */
  noShowFromMinutes: 15,
  /** … until so many hours after it. */
  noShowUntilHours: 24,
  /** Hours in which the one who is said not to have come may contest that, and characters of what is said against it. */
  contestHours: 72,
  contestLength: 500,
  /** A cancellation later than so many hours before the appointment costs manner temperature. */
  lateCancelHours: 3,

  /** Listings that one socket may watch: those on the screens that somebody has open. */
  listingsWatched: 20,

  /** Minutes for which a moderator has a report to himself or herself: long enough to read a whole conversation. */
  claimMinutes: 15,
  /** Messages that a moderator is shown before a reported one, and as many after it … */
  messagesAround: 5,
  /** … and of a contested no-show the last ones, since people say there that they wait or come late. */
  contestMessages: 30,
  /** Acts of the audit trail that are shown beside one report, and reports of one target whose acts are looked for. */
  trailShown: 50,
  trailReports: 100,
  /** People who may have one role: one list shows them all. */
  peopleOfRole: 100,
  /** Days that one suspension may last; who is to stay away for longer is banned. */
  suspensionDays: 365,
  /** Characters of a banned term or a fraud number; and words of each kind that may be listed. */
  watchwordLength: 60,
  watchwords: 2_000,

  /** Listings that a person may have among the favourites. */
  favourites: 1_000,

  /** Keywords that a person may wait for, searches they may save, and people they may follow. */
  keywordAlerts: 30,
  savedSearches: 30,
  following: 1_000,
  /** Percent by which a price must fall for those to be told who have it among their favourites … */
  priceCutPercent: 5,
  /** … each of them once in so many hours. */
  priceCutHours: 24,

  /** Hours after which a listing may be moved to the top of the feed: at first, and so many times after that … */
  bumpHours: 24,
  bumpsSoon: 3,
  /** … then only after so many hours each, since by then nearly everybody near has seen it. */
  bumpLaterHours: 72,
  /** Times in all that one listing may be moved to the top. */
  bumps: 10,
  /** Percent by which a price must fall for the wait to be over at once … */
  bumpCutPercent: 5,
  /** … which happens once in so many days. */
  bumpCutDays: 7,

  /** Days in which a deal can be reviewed; neither side sees the other's review before both wrote or they are over. */
  reviewDays: 7,
  /** Characters of a review, and tags of one. */
  reviewTextLength: 300,
  reviewTags: 5,
  /** Manner temperature in degrees of a person without reviews: that of a healthy body. */
  newcomerDegrees: 36.5,
} as const;
