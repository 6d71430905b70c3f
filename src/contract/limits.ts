/**
 * Every bound a client can meet, in one place. Sizes in characters or bytes, times in the unit of the name.
 * `session:ready` tells clients the ones they need; the documents carry the rest.
 */
export const limits = {
  /** Characters of one text entry; fits any haggle, keeps a page of history under 1 MiB. */
  textLength: 4_000,
  /** Bytes of one socket frame; above it the event is refused, and … */
  frameBytes: 64 * 1024,
  /** … above this the connection is cut: what is not read can't be answered. */
  transportFrameBytes: 256 * 1024,
  /** Bytes of one REST body (JSON). */
  bodyBytes: 128 * 1024,
  /** Messages a person may send, over all nodes: steady rate, and the burst after a quiet while. */
  messagesPerSecond: 5,
  messageBurst: 20,
  /** Images of one message. */
  imagesPerMessage: 10,
  /** Bytes of one uploaded image: what a phone's camera writes. */
  imageBytes: 10 * 1024 * 1024,
  /** Pixels of one uploaded image. A JPEG is made smaller while it is read: the largest of phones are 200 megapixels. */
  imagePixels: 50_000_000,
  imagePixelsJpeg: 202_000_000,
  /** Memory that reading one image may take beside the heap: a small file may unfold to gigabytes. */
  imageMemoryBytes: 320 * 1024 * 1024,
  /** Longest edge of the stored variants, in pixels. */
  imageFullEdge: 1_600,
  imageThumbEdge: 320,
  /** Reports a person may make in an hour. */
  reportsPerHour: 20,
  /** Images a person may upload in an hour. */
  imagesPerHour: 200,
  /** Hours after which an uploaded image that no message used is deleted. */
  imageUnusedHours: 24,
  /** Characters of the name of a place. */
  placeNameLength: 100,
  /** After this time the author can no longer change a message … */
  editSeconds: 15 * 60,
  /** … or take it back. */
  unsendSeconds: 5 * 60,
  /** What was edited or taken back is kept for moderators this long. */
  originalDays: 30,
  /** A person shows "typing" to the other side at most once in this time. */
  typingEverySeconds: 3,
  /** New conversations a person may open in an hour: contacting every seller is what spam looks like. */
  conversationsPerHour: 20,
  /**
   * What a person may ask of one gateway beside messages, in points: each event, and each call that does the same,
   * takes some by what it reads and writes. A quiet while saves up a burst: as much as a device asks for that comes
   * back to a hundred conversations. A socket may spend half of it.
   */
  pointsPerSecond: 40,
  pointsBurst: 800,
  /** What takes so many points is costly: of these a person has … */
  costlyPoints: 5,
  /** … so many under way at once, and the others wait for them. */
  costlyAtOnce: 3,
  /** Connections of one network address, and of all, that have not come to their token yet. */
  handshakesPerAddress: 200,
  handshakesUnderWay: 5_000,
  /** Open sockets of one person over all nodes; the oldest gives way. */
  socketsPerUser: 20,
  /** People whose presence one call may ask for, and one socket may watch. */
  presenceWatch: 100,
  /** People one person may block. */
  blocksPerUser: 1_000,
  /** A search looks through this many of the newest entries of one's own conversations … */
  searchEntries: 20_000,
  /** … for at most this many characters. */
  searchLength: 100,
  /** Searches of a person in a minute: each may read twenty thousand entries. */
  searchesPerMinute: 30,
  /** Searches of one gateway under way at once; a person has one … */
  searchesAtOnce: 2,
  /** … and so many wait for a place. */
  searchesWaiting: 8,
  /** Listings a person may create in an hour. */
  listingsPerHour: 60,
  /**
   * Wrong passwords for an e-mail address from one network: so many at once, and so many in 15 minutes in the long run.
   * Counted by both, so that what is tried elsewhere keeps nobody out.
   */
  loginsPerEmail: 10,
  /**
   * The same over all networks from which that person never signed in: what many networks together can guess is about
   * 2,900 a day. Three times what one network has, so that no single one can use it up.
   */
  loginsFromStrangeNetworks: 30,
  /** Logins per network, whoever's, in 15 minutes. */
  loginsPerAddress: 50,
  loginWindowSeconds: 15 * 60,
  /** Wrong passwords of the admin area per network address in the same time. */
  adminPasswordTries: 30,
  /** REST requests of a person in a minute; of a network address where nobody is signed in. Images do not count. */
  requestsPerMinute: 600,
  /** Confirmation mails that a person may ask for again in an hour. */
  mailsPerHour: 5,
  /** Sign-ups per network address in an hour. */
  signUpsPerAddress: 20,
  /** Offers a buyer may make on one listing that end without a deal while the buyer's own amount stands. */
  offerTries: 3,
  /** An offer is at least this share of the price … */
  offerFloor: 0.5,
  /** … and a whole multiple of this many units of the currency (KRW). */
  offerStep: 100,
  /** Hours an offer stands without an answer. */
  offerHours: 24,
  /** Known positions in one `sync:pull`. */
  syncKnown: 100,
  /** Entries in one answer of `sync:pull`; more than this missing in a conversation makes a hole. */
  syncMessages: 300,
  /**
   * Bytes of one answer with messages or conversations, roughly; the rest comes with the next page or pull. Whoever is
   * on the same node waits for as long as one is written: 300 usual messages fit, and long ones take more answers.
   */
  answerBytes: 256 * 1024,
  /** Conversations in one answer of `sync:pull`. */
  syncConversations: 100,
  /** Entries of a conversation that the device doesn't know, or missed too much of. */
  syncNewest: 20,
  /** Unread entries are counted up to here; clients show "100+". */
  unreadCap: 100,
  pageDefault: 20,
  pageMax: 100,
  titleLength: 60,
  descriptionLength: 4_000,
  nicknameLength: 20,
  noteLength: 200,
  /** Longest price, in the currency's minor unit; far above any second-hand good, far below 2^53. */
  priceMax: 10_000_000_000,
  /**
   * Password hashes that may wait in one gateway, a second or two of work. Beyond it logins and sign-ups are put off,
   * first those of the network that has the most waiting.
   */
  passwordsWaiting: 64,
  passwordMin: 8,
  passwordMax: 128,
  accessTokenSeconds: 15 * 60,
  refreshTokenSeconds: 30 * 24 * 3600,
  /**
   * A rotated refresh token gets its successor again this long even when the successor's access token was used: far
   * above what any client waits for an answer, and time for tabs that renew at once.
   */
  refreshGraceSeconds: 120,
  emailTokenSeconds: 24 * 3600,
  /** Push tokens of one person. */
  devicesPerUser: 10,
} as const;
