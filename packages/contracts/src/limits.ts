const KIB = 1024;

/** Every number that a producer or a client can run into. */
export const LIMITS = {
  /** Characters (code points) of an identifier. */
  identifierCharacters: 256,
  /** Characters of an event type. Source: EventBridge, a `DetailType` has at most 128. */
  typeCharacters: 128,
  /** Characters of `subject` and of any extension that is no identifier. */
  attributeCharacters: 2048,
  /** Characters of one audience list (`organizationids`, `userids`, `roleids`). */
  audienceCharacters: 16_384,
  /** Attributes of an event, `data` not counted. */
  attributes: 64,
  /**
   * UTF-8 bytes of an event as JSON. An EventBridge entry has at most 256 KiB, with source, type and time;
   * what is left between is for them. Source: EventBridge user guide, "Calculating PutEvents event entry size".
   */
  eventBytes: 240 * KIB,
  /**
   * UTF-8 bytes of an event's attributes, that is of all but `data`. They must fit into a socket message without it:
   * that is how an event is delivered that as a whole does not.
   */
  attributeBytes: 96 * KIB,
  /** Events of one HTTP request. */
  batchEvents: 100,
  /** Bytes of one HTTP request. A function's request has at most 6 MiB, and base64 takes a third of that. */
  batchBytes: 4 * KIB * KIB,
  /** Levels of nesting in a JSON document. EventBridge takes about 1,000; nobody needs as many. */
  jsonDepth: 64,
  /** Values in one list of a filter. */
  filterValues: 100,
  /**
   * Characters of a filter as JSON. With three bytes each, a `subscribe` still fits into the 32 KiB that API Gateway takes
   * in one frame.
   */
  filterCharacters: 8192,
  /** Characters of one value in a filter. */
  filterValueCharacters: 256,
  /** Events of one page of `GET /events`. */
  pageEvents: 1000,
  /**
   * Bytes of events in one page of `GET /events`. A function's response has at most 6 MiB, and is JSON around this
   * JSON: at worst every character of it is escaped once more.
   */
  pageBytes: 2.75 * KIB * KIB,
  /** Bytes of a socket frame where possible: API Gateway meters messages in units of 32 KiB. */
  frameBytes: 32 * KIB,
  /** Bytes of a socket message that API Gateway lets through at all. An event that needs more goes as `dataref`. */
  messageBytes: 128 * KIB,
  /** Bytes of events in the answer to one `sync`: a page must fit into one message, whatever else it holds. */
  syncBytes: 120 * KIB,
  /** Syncs of one connection in {@link LIMITS.syncWindowSeconds}; more are refused until the window has passed. */
  syncsPerWindow: 600,
  syncWindowSeconds: 10,
  /**
   * Messages of one connection, syncs included, in {@link LIMITS.syncWindowSeconds}. Each execution environment counts
   * those that it has got, without a write: so this many are always served, and how many more depends on how many run.
   */
  messagesPerWindow: 1000,
  /** Messages after which a connection that goes on in spite of being refused is closed; counted in the same way. */
  messagesUntilClosed: 2000,
  /** Requests of one caller to the HTTP API in {@link LIMITS.syncWindowSeconds}; counted in the same way. */
  requestsPerWindow: 1000,
  /** Durable subscriptions of one tenant. */
  subscriptions: 200,
  /** Letters of one `GET /operations/dead-letters`. */
  deadLetters: 1000,
  /** Ids of one `POST /operations/dead-letters/redrive`. */
  redriveLetters: 10_000,
  /** Minutes of one `GET /operations/metrics`: a week. */
  metricsMinutes: 7 * 24 * 60,
  /** Characters of a client's own frame id. */
  frameIdCharacters: 128,
} as const;
