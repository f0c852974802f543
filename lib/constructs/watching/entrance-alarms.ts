import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { CODED_METRICS, COUNTED_METRICS } from '../../../lambdas/metrics.ts';
import { type AlarmDefinition, LASTING, REPEATED } from './alarm-definition.ts';
import { apiMetric, hubMetric, metricsOf, percentOf, shareOfCount, sumOf, type WatchedHub } from './watched-hub.ts';

/** Alarms at the entrances: events that are rejected, requests and sockets that are refused, and both APIs. */
export function entranceAlarms(scope: Construct, hub: WatchedHub): readonly AlarmDefinition[] {
  return [...eventAlarms(scope), ...callerAlarms(scope), ...apiAlarms(scope, hub)];
}

function eventAlarms(scope: Construct): readonly AlarmDefinition[] {
  return [
    {
      id: 'events-rejected',
      sentence: 'More than a fifth of the events that producers send over HTTP are rejected.',
      metric: percentOf(
        'Events rejected, in percent',
        metricsOf(scope, 'rejected', CODED_METRICS.eventsRejected),
        { accepted: hubMetric(scope, COUNTED_METRICS.eventsAccepted) },
        20,
      ),
      threshold: 20,
      within: REPEATED,
    },
    {
      id: 'bus-refuses',
      sentence: 'EventBridge does not take events that the hub has checked; their senders are told to try again.',
      metric: sumOf('Events refused by a bus', metricsOf(scope, 'm', CODED_METRICS.eventsRejected, 'BUS_UNAVAILABLE')),
      threshold: 0,
      within: REPEATED,
    },
  ];
}

function callerAlarms(scope: Construct): readonly AlarmDefinition[] {
  return [
    {
      id: 'issuer-unavailable',
      sentence: 'Tokens cannot be checked, because an issuer does not answer: callers are sent away.',
      metric: sumOf('Callers whose token could not be checked', {
        ...metricsOf(scope, 'request', CODED_METRICS.requestsRefused, 'ISSUER_UNAVAILABLE'),
        ...metricsOf(scope, 'socket', CODED_METRICS.socketsRefused, 'ISSUER_UNAVAILABLE'),
        ...metricsOf(scope, 'message', CODED_METRICS.socketErrors, 'ISSUER_UNAVAILABLE'),
      }),
      threshold: 0,
      within: REPEATED,
    },
    {
      id: 'sockets-refused',
      sentence: 'More sockets are refused than let in.',
      metric: percentOf(
        'Sockets refused, in percent',
        metricsOf(scope, 'refused', CODED_METRICS.socketsRefused),
        { connected: hubMetric(scope, COUNTED_METRICS.socketsConnected) },
        20,
      ),
      threshold: 50,
      within: REPEATED,
    },
    {
      id: 'callers-limited',
      sentence: 'Callers run into the limits of the environment: too many requests, messages or sockets.',
      metric: sumOf('Requests, messages and sockets over a limit', {
        ...metricsOf(scope, 'request', CODED_METRICS.requestsRefused, 'RATE_LIMITED'),
        ...metricsOf(scope, 'message', CODED_METRICS.socketErrors, 'RATE_LIMITED'),
        ...metricsOf(scope, 'socket', CODED_METRICS.socketsRefused, 'TOO_MANY_SOCKETS'),
      }),
      threshold: 100,
      within: LASTING,
    },
  ];
}

function apiAlarms(scope: Construct, { httpApi, socketApi }: WatchedHub): readonly AlarmDefinition[] {
  const sockets = (name: string): Metric => apiMetric(socketApi, name);
  return [
    {
      id: 'http-server-errors',
      sentence: 'The HTTP API answers with 5xx.',
      metric: apiMetric(httpApi, '5xx'),
      threshold: 5,
      within: REPEATED,
    },
    {
      id: 'http-client-errors',
      sentence: 'More than a quarter of the requests to the HTTP API are answered with 4xx.',
      metric: shareOfCount(
        'Requests answered with 4xx, in percent',
        apiMetric(httpApi, '4xx'),
        apiMetric(httpApi, 'Count'),
      ),
      threshold: 25,
      within: LASTING,
    },
    {
      id: 'socket-server-errors',
      sentence: 'Handshakes or messages of sockets fail in the hub or in API Gateway.',
      // Not `IntegrationError`: that counts refusals as well, such as of one socket too many.
      metric: sumOf('Failed handshakes and messages', {
        execution: sockets('ExecutionError'),
        ...metricsOf(scope, 'refused', CODED_METRICS.socketsRefused, 'INTERNAL_ERROR'),
        ...metricsOf(scope, 'message', CODED_METRICS.socketErrors, 'INTERNAL_ERROR'),
      }),
      threshold: 5,
      within: REPEATED,
    },
    {
      id: 'socket-client-errors',
      sentence: 'API Gateway refuses more than a quarter of the handshakes and messages of sockets.',
      // A handshake that API Gateway refuses never reaches the integration, and only there `ConnectCount` counts.
      metric: percentOf(
        'Handshakes and messages refused, in percent',
        { refused: sockets('ClientError') },
        { connects: sockets('ConnectCount'), messages: sockets('MessageCount') },
        100,
      ),
      threshold: 25,
      within: LASTING,
    },
  ];
}
