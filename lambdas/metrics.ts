/**
 * The hub's own metrics: their names, written by the functions and read by alarms and dashboard, both through this file, so
 * that an alarm cannot watch a name that nobody writes.
 *
 * The namespace is the name of the stack, so that two environments in one account are kept apart. Every metric has the
 * dimension `service`, the name of the function's folder.
 */

/** Sums of an invocation. */
export const COUNTED_METRICS = {
  /** ingest-events: events put on their bus. */
  eventsAccepted: 'EventsAccepted',
  /** store-events: events that are new in the log. */
  eventsStored: 'EventsStored',
  /** store-events: events that had come before. */
  eventsDuplicate: 'EventsDuplicate',
  /** store-events: messages that the queue shall deliver again. */
  messagesRetried: 'MessagesRetried',
  /** store-events: transactions that went through. */
  commits: 'Commits',
  /** store-events: transactions that failed because another one had moved the tenant's head. */
  commitsOvertaken: 'CommitsOvertaken',
  /** store-events: transactions that DynamoDB gave up under load, its own throttling included. */
  commitsContended: 'CommitsContended',
  /** store-events: transactions that were tried again without events that had come before. */
  commitsWithDuplicates: 'CommitsWithDuplicates',
  /** fan-out: sockets that got what was for them. */
  postsDelivered: 'PostsDelivered',
  /** fan-out: sockets that were gone, and are forgotten. */
  postsGone: 'PostsGone',
  /** fan-out: sockets that missed something, and are told so by their next sync. */
  postsFailed: 'PostsFailed',
  /** fan-out: posts that API Gateway did not take because there were too many, and that were tried again. */
  postsThrottled: 'PostsThrottled',
  /** socket: sockets let in. */
  socketsConnected: 'SocketsConnected',
  /** socket: sockets whose end API Gateway told. It need not: there are fewer of them than of those let in. */
  socketsClosed: 'SocketsClosed',
  /** socket: messages of clients. */
  socketMessages: 'SocketMessages',
  /** query-api, manage-subscriptions: pages and single events that were read. */
  reads: 'Reads',
  /** query-api, manage-subscriptions: events in them. */
  eventsRead: 'EventsRead',
} as const;

/** Sums of an invocation that are there by code as well, with {@link CODE_DIMENSION}. There are some sixty codes. */
export const CODED_METRICS = {
  /** ingest-events: events that were refused, each by its code. */
  eventsRejected: 'EventsRejected',
  /** Functions of the HTTP API: requests that were refused as a whole. */
  requestsRefused: 'RequestsRefused',
  /** store-events: events that can never be stored, or were tried too often. */
  eventsDeadLettered: 'EventsDeadLettered',
  /** authorize-socket, socket: sockets that were not let in. */
  socketsRefused: 'SocketsRefused',
  /** socket: messages that were answered by an error. */
  socketErrors: 'SocketErrors',
} as const;

/** Single values, for maxima and percentiles. */
export const MEASURED_METRICS = {
  /** store-events: from an event's `time` to its `recordedtime`. The producer says when it happened, which may be long ago. */
  publishToRecord: 'PublishToRecordMilliseconds',
  /** fan-out: from the `recordedtime` of the oldest event of a delivery to the end of its posts. */
  recordToPost: 'RecordToPostMilliseconds',
  /** fan-out: events between the tenant's position and its head when a run begins. */
  fanOutLag: 'FanOutLag',
} as const;

type ValueOf<Names> = Names[keyof Names];

export type CountedMetric = ValueOf<typeof COUNTED_METRICS> | CodedMetric;
export type CodedMetric = ValueOf<typeof CODED_METRICS>;
export type MeasuredMetric = ValueOf<typeof MEASURED_METRICS>;
export type MetricName = CountedMetric | MeasuredMetric;

/** Functions that write metrics, by the names of their folders. */
export type MetricService =
  | 'ingest-events'
  | 'store-events'
  | 'fan-out'
  | 'authorize-socket'
  | 'socket'
  | 'query-api'
  | 'manage-subscriptions'
  | 'operate-hub';

/** Metric → who writes it. An alarm takes the sum over all of them. */
export const EMITTERS: Readonly<Record<MetricName, readonly [MetricService, ...MetricService[]]>> = {
  EventsAccepted: ['ingest-events'],
  EventsRejected: ['ingest-events'],
  RequestsRefused: ['ingest-events', 'query-api', 'manage-subscriptions', 'operate-hub'],
  EventsStored: ['store-events'],
  EventsDuplicate: ['store-events'],
  EventsDeadLettered: ['store-events'],
  MessagesRetried: ['store-events'],
  Commits: ['store-events'],
  CommitsOvertaken: ['store-events'],
  CommitsContended: ['store-events'],
  CommitsWithDuplicates: ['store-events'],
  PublishToRecordMilliseconds: ['store-events'],
  PostsDelivered: ['fan-out'],
  PostsGone: ['fan-out'],
  PostsFailed: ['fan-out'],
  PostsThrottled: ['fan-out'],
  RecordToPostMilliseconds: ['fan-out'],
  FanOutLag: ['fan-out'],
  SocketsConnected: ['socket'],
  SocketsClosed: ['socket'],
  SocketMessages: ['socket'],
  SocketErrors: ['socket'],
  SocketsRefused: ['authorize-socket', 'socket'],
  Reads: ['query-api', 'manage-subscriptions'],
  EventsRead: ['query-api', 'manage-subscriptions'],
};

/** Name of the function's folder. */
export const SERVICE_DIMENSION = 'service';

/** One of `packages/contracts/src/codes.ts`. */
export const CODE_DIMENSION = 'code';
