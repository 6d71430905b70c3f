import * as chatLimits from './chat-limits.js';

/**
 * Every bound a client can meet, in one place. The name or the comment gives the unit: `Bytes`, `Seconds`, `Hours` …,
 * `Length` for characters (Unicode code points), prices in won (KRW); what has no unit is a number of things.
 * `session:ready` tells clients the ones they need; the documents name the others.
 */
export const limits = {
  ...chatLimits,
  /** Characters of one text entry: long enough for any haggling, and keeps a page of history under 1 MiB. */
  textLength: 4_000,
  /** Bytes of one socket frame. An event in a larger frame is refused … */
  frameBytes: 64 * 1024,
  /** … and a frame above this cuts the connection: an event that was not read cannot be answered. */
  transportFrameBytes: 256 * 1024,
  /** Bytes of one REST body (JSON). */
  bodyBytes: 128 * 1024,
  /** Messages a person may send over all nodes: the steady rate in a second, and at once after a quiet while. */
  messagesPerSecond: 5,
  messageBurst: 20,
  /** Images of one message, and of one listing: what people look through, and each is an upload. */
  imagesPerMessage: 10,
  imagesPerListing: 10,
  /** Bytes of one uploaded image: what a phone's camera writes. */
  imageBytes: 10 * 1024 * 1024,
  /** Pixels of one uploaded image. A JPEG is made smaller while it is read: the largest of phones are 200 megapixels. */
  imagePixels: 50_000_000,
  imagePixelsJpeg: 202_000_000,
  /** Bytes of memory outside the heap that decoding one image may take: a small file may unfold to gigabytes. */
  imageMemoryBytes: 320 * 1024 * 1024,
  /** Longer edge of the two stored variants, in pixels. */
  imageFullEdge: 1_600,
  imageThumbEdge: 320,
  /** Reports a person may make in an hour. */
  reportsPerHour: 20,
  /** Images a person may upload in an hour. */
  imagesPerHour: 200,
  /** Hours after which an uploaded image that neither a message nor a listing used is deleted. */
  imageUnusedHours: 24,
  /** Characters of the name of a place. */
  placeNameLength: 100,
  /** After this time the author can no longer change a message … */
  editSeconds: 15 * 60,
  /** … or take it back. */
  unsendSeconds: 5 * 60,
  /** What was edited or taken back is kept for moderators this long. */
  originalDays: 30,
  /** New conversations a person may open in an hour: contacting every seller is what spam looks like. */
  conversationsPerHour: 20,
  /**
   * What a person may ask of one gateway beside messages, in points. Each event, and each REST call that does the
   * same, costs some by what it reads and writes (`costs.ts`). The burst is what a device needs that comes back to a
   * hundred conversations; it is saved up while nothing is asked. One socket may spend half of it.
   */
  pointsPerSecond: 40,
  pointsBurst: 800,
  /** An event of at least so many points is costly. Of costly ones a person has … */
  costlyPoints: 5,
  /** … at most so many under way at once; further ones wait. */
  costlyAtOnce: 3,
  /** Connections that have not shown their token yet: of one network address, and of all together. */
  handshakesPerAddress: 200,
  handshakesUnderWay: 5_000,
  /** Connections that a gateway has in hand at once, from the first word to `session:ready`; others come again. */
  handshakesAtOnce: 500,
  /** Open sockets of one person over all nodes; a further one closes the oldest. */
  socketsPerUser: 20,
  /** People one person may block. */
  blocksPerUser: 1_000,
  /** A search looks through this many of the newest entries of one's own conversations … */
  searchEntries: 20_000,
  /** … for at most this many characters. */
  searchLength: 100,
  /**
   * Listings that one page of a search looks at: a page may then be short, and its cursor goes on from there. Sorted by
   * price or distance, a search compares so many of the newest hits.
   */
  searchCandidates: 2_000,
  /** Suggestions of one answer: what fits above a phone's keyboard … */
  suggestions: 8,
  /** … made of the titles of so many of the newest listings that match. */
  suggestionCandidates: 200,
  /** Searches of a person in a minute: each may read `searchEntries`. */
  searchesPerMinute: 30,
  /** Searches under way at once in one gateway, at most one of them for the same person … */
  searchesAtOnce: 2,
  /** … and so many that wait for their turn. */
  searchesWaiting: 8,
  /**
   * Pages of the feed that one gateway reads from the database at once: fewer than it has connections, so that chat goes
   * on when many look for things and no cache helps …
   */
  feedReadsAtOnce: 12,
  /** … and so many that wait; further ones are answered UNAVAILABLE. */
  feedReadsWaiting: 100,
  /** Listings a person may create in an hour. */
  listingsPerHour: 60,
  /**
   * Wrong passwords for one e-mail address from one network: so many at once, and as many in each `loginWindowSeconds`
   * after that. Counted for address and network together, so that tries from elsewhere keep nobody out.
   */
  loginsPerEmail: 10,
  /**
   * The same for all networks together from which that person never signed in: about 2,900 guesses a day. Three times
   * what one network has, so that no single network can use it up.
   */
  loginsFromStrangeNetworks: 30,
  /** Logins from one network in `loginWindowSeconds`, for all e-mail addresses together. */
  loginsPerAddress: 50,
  /** The time in which the three bounds above count. */
  loginWindowSeconds: 15 * 60,
  /** Sign-ins to the admin area that failed from one network address in `loginWindowSeconds`. */
  adminPasswordTries: 30,
  /** REST requests in a minute: of a person, or of a network address where nobody is signed in. Images do not count. */
  requestsPerMinute: 600,
  /** Confirmation mails that a person may ask for again in an hour. */
  mailsPerHour: 5,
  /** Sign-ups per network address in an hour. */
  signUpsPerAddress: 20,
  /** Offers a buyer may make on one listing that end without a deal while the buyer's own amount stands. */
  offerTries: 3,
  /** An offer is at least this share of the listing's price … */
  offerFloorShare: 0.5,
  /** … and a whole multiple of this many won. */
  offerStepWon: 100,
  /** Hours an offer stands without an answer. */
  offerHours: 24,
  /** Entries in one answer of `sync:pull`. When more are missing in a conversation, the answer leaves a hole. */
  syncMessages: 300,
  /**
   * Bytes of one answer with messages or conversations, roughly; the rest comes with the next page or pull. While one
   * answer is written, others on the same node wait. 300 messages of usual length fit; longer ones take more answers.
   */
  answerBytes: 256 * 1024,
  /** Conversations in one answer of `sync:pull`. */
  syncConversations: 100,
  /** Newest entries given of a conversation that the device does not know, or of which it missed too much. */
  syncNewest: 20,
  /** Items of one page of a list, without `limit`. */
  pageDefault: 20,
  /** Characters of a listing's title and description, of a nickname, and of the note of an offer or report. */
  titleLength: 60,
  descriptionLength: 4_000,
  nicknameLength: 20,
  noteLength: 200,
  /** Highest price in won (KRW): far above any second-hand good, far below 2^53. */
  priceMaxWon: 10_000_000_000,
  /**
   * Password hashes that may wait in one gateway, a second or two of work. Beyond it logins and sign-ups are refused
   * with UNAVAILABLE, first those of the network that has the most waiting.
   */
  passwordsWaiting: 64,
  /** Characters of a password, at least and at most. */
  passwordMin: 8,
  passwordMax: 128,
  /** How long an access token is good, and a refresh token that nobody trades. */
  accessTokenSeconds: 15 * 60,
  refreshTokenSeconds: 30 * 24 * 3600,
  /**
   * A refresh token that was traded gets its successor again for this long, even when the successor's access token was
   * used: far above what any client waits for an answer, and enough for tabs that renew at once.
   */
  refreshGraceSeconds: 120,
  /** How long the link of a confirmation mail is good. */
  emailTokenSeconds: 24 * 3600,
  /** Devices of one person that are registered for pushes; a further one replaces the one seen longest ago. */
  devicesPerUser: 10,
} as const;
