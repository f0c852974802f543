import { ASSUMPTIONS } from './assumptions.ts';
import type { Month } from './bill.ts';
import { dollarsByTiers, dollarsFor, GIGABYTE, PRICES } from './prices.ts';

/** A month with another service. */
export interface PeerBill {
  readonly name: string;
  /** What the events cost; NaN where no published plan holds them. */
  readonly events: number;
  /** What open connections, packages and plans cost on top. */
  readonly connections: number;
  readonly remark: string;
}

/** What is sent. */
export interface Traffic extends Month {
  readonly bytes: number;
  /** Events that come together. */
  readonly batch: number;
}

const KIB = 1024;

/** Published and delivered messages, where each event is one, and each so many bytes begun count as one. */
const messagesOf = ({ events, receivers, bytes }: Traffic, unit: number): number =>
  events * (1 + receivers) * Math.ceil(bytes / unit);

const transferOf = ({ events, receivers, bytes }: Traffic): number =>
  dollarsFor((events * receivers * bytes) / GIGABYTE, PRICES.aws.transferGigabyte);

const minutesOf = ({ sockets, hours }: Traffic): number => sockets * hours * 60;

/**
 * AWS AppSync Events: publishing and each delivery are operations, by 5 KB begun; bytes go out at the usual price.
 * Handlers, connects, subscribes and pings are operations too, and are left out.
 */
export const appSyncEvents = (traffic: Traffic): PeerBill => ({
  name: 'AppSync Events',
  events: dollarsFor(messagesOf(traffic, 5 * KIB), PRICES.appSyncEvents.operation) + transferOf(traffic),
  connections: dollarsFor(minutesOf(traffic), PRICES.appSyncEvents.connectionMinute),
  remark: 'stores nothing',
});

/** Ably, Standard package, by the minute: messages in and out by 5 KiB begun; one channel. */
export const ably = (traffic: Traffic): PeerBill => {
  const { basePrice, messageTiers, minuteTiers } = PRICES.ably;
  const channelMinutes = traffic.hours * 60;
  return {
    name: 'Ably',
    events: dollarsByTiers(messagesOf(traffic, 5 * KIB), messageTiers),
    connections:
      basePrice + dollarsByTiers(minutesOf(traffic), minuteTiers) + dollarsByTiers(channelMinutes, minuteTiers),
    remark: `with its base price of $${basePrice}; keeps two minutes`,
  };
};

/** Pusher Channels: the cheapest plan for a month whose days are alike. A message has at most 10 KB. */
export const pusher = (traffic: Traffic): PeerBill => {
  const name = 'Pusher Channels';
  if (traffic.bytes > 10 * KIB) {
    return { name, events: Number.NaN, connections: 0, remark: 'takes no message above 10 KB' };
  }
  const perDay = messagesOf(traffic, 10 * KIB) / (ASSUMPTIONS.hoursOfMonth / 24);
  const plan = PRICES.pusher.plans.find(
    ({ messagesPerDay, connections }) => perDay <= messagesPerDay && traffic.sockets <= connections,
  );
  return {
    name,
    events: plan?.dollars ?? Number.NaN,
    connections: 0,
    remark: plan === undefined ? 'no published plan is as large' : `plan ${plan.name}; stores nothing`,
  };
};

/**
 * API Gateway alone: a function gets each batch as one message and posts it to connections that it happens to know. No
 * list of them, no storage, no order, no audience: what nothing built on API Gateway can go below.
 */
export const bareApiGateway = (traffic: Traffic): PeerBill => {
  const { events, receivers, batch, bytes } = traffic;
  const messages = (events / batch) * Math.ceil((batch * bytes) / (32 * KIB));
  return {
    name: 'API Gateway alone',
    events:
      dollarsFor(messages * (1 + receivers), PRICES.aws.socketMessage) +
      dollarsFor(events / batch, PRICES.aws.invocation) +
      transferOf(traffic),
    connections: dollarsFor(minutesOf(traffic), PRICES.aws.connectionMinute),
    remark: 'keeps no list of connections, stores nothing; time of functions left out',
  };
};

/** Every peer, in the order of the report. */
export const peersOf = (traffic: Traffic): readonly PeerBill[] => [
  bareApiGateway(traffic),
  appSyncEvents(traffic),
  ably(traffic),
  pusher(traffic),
];

/**
 * The same traffic where the producer puts as many events into one message as fit into 5 KB, and every client takes them
 * apart: what a careful user of a peer that bills by 5 KB may do.
 */
export function bundled(traffic: Traffic): Traffic {
  const together = Math.max(1, Math.min(traffic.batch, Math.floor((5 * KIB) / traffic.bytes)));
  return {
    ...traffic,
    events: traffic.events / together,
    bytes: traffic.bytes * together,
    batch: Math.max(1, traffic.batch / together),
  };
}
