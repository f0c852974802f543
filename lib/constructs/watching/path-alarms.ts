import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { COUNTED_METRICS, MEASURED_METRICS } from '../../../lambdas/metrics.ts';
import { DEAD_LETTER_RETENTION } from '../dead-letters.ts';
import { DOORBELL_VISIBILITY_TIMEOUT } from '../doorbell.ts';
import { INTAKE_RETENTION, INTAKE_VISIBILITY_TIMEOUT, MAX_RECEIVE_COUNT } from '../intake.ts';
import { EVERYTHING_RULE } from '../module-bus.ts';
import { type AlarmDefinition, LASTING, REPEATED } from './alarm-definition.ts';
import {
  ageOf,
  depthOf,
  hubMetric,
  MOST_METRICS,
  numbered,
  PERIOD,
  percentOf,
  ruleMetric,
  sumOf,
  type WatchedHub,
} from './watched-hub.ts';

const DAY_IN_SECONDS = 86_400;

/**
 * Two days before the first dead letter can be deleted. The metric counts from when a message became one, while SQS
 * counts from when it was sent: it may have spent all that the intake keeps it before.
 * Source: SQS developer guide, "Setting-up dead-letter queue retention".
 */
const EXPIRING_SECONDS = DEAD_LETTER_RETENTION.toSeconds() - INTAKE_RETENTION.toSeconds() - 2 * DAY_IN_SECONDS;

/** Buses of one alarm, of two metrics each. */
const BUSES_PER_ALARM = MOST_METRICS / 2;

/** Alarms on the way of an accepted event: bus, intake, log, doorbell, fan-out. */
export function pathAlarms(scope: Construct, hub: WatchedHub): readonly AlarmDefinition[] {
  return [...queueAlarms(hub), ...busAlarms(hub), ...logAlarms(scope), ...fanOutAlarms(scope)];
}

function queueAlarms({ intake, doorbell }: WatchedHub): readonly AlarmDefinition[] {
  const letters = numbered(
    'age',
    [intake.deadLetters, intake.undeliverable, doorbell.deadLetters].map(({ queue }) => ageOf(queue)),
  );
  return [
    {
      id: 'events-not-stored',
      sentence: 'Accepted events could not be stored and lie in the dead letters of the intake.',
      metric: depthOf(intake.deadLetters.queue),
      threshold: 0,
    },
    {
      id: 'events-undeliverable',
      sentence: 'EventBridge could not put accepted events into the intake queue; they lie in a queue of their own.',
      metric: depthOf(intake.undeliverable.queue),
      threshold: 0,
    },
    {
      id: 'rings-given-up',
      sentence: 'Fanning out failed again and again for some tenant; its sockets wait for its next event.',
      metric: depthOf(doorbell.deadLetters.queue),
      threshold: 0,
    },
    {
      id: 'dead-letters-expiring',
      sentence: 'Dead letters have waited for five days; SQS deletes them after seven to fourteen.',
      metric: new MathExpression({
        expression: `MAX([${Object.keys(letters).join(', ')}])`,
        usingMetrics: { ...letters },
        label: 'Age of the oldest dead letter',
        period: PERIOD,
      }),
      threshold: EXPIRING_SECONDS,
    },
    {
      id: 'intake-late',
      sentence: 'Accepted events wait for longer than all tries take: store-events does not run, or cannot keep up.',
      metric: ageOf(intake.queue),
      threshold: MAX_RECEIVE_COUNT * INTAKE_VISIBILITY_TIMEOUT.toSeconds(),
    },
    {
      id: 'doorbell-late',
      sentence: 'Rings of the doorbell wait: fan-out does not run, fails, or cannot keep up.',
      metric: ageOf(doorbell.queue),
      threshold: 2 * DOORBELL_VISIBILITY_TIMEOUT.toSeconds(),
    },
  ];
}

/** One alarm for every five buses, so that a new module costs nothing at first. */
function busAlarms({ buses }: WatchedHub): readonly AlarmDefinition[] {
  const groups = Array.from({ length: Math.ceil(buses.length / BUSES_PER_ALARM) }, (_, index) =>
    buses.slice(index * BUSES_PER_ALARM, (index + 1) * BUSES_PER_ALARM),
  );
  return groups.map((group, index) => {
    const metrics = group.flatMap((bus) =>
      ['FailedInvocations', 'InvocationsFailedToBeSentToDlq'].map((name) => ruleMetric(bus, EVERYTHING_RULE, name)),
    );
    return {
      id: index === 0 ? 'bus-delivery-fails' : `bus-delivery-fails-${index + 1}`,
      sentence: 'EventBridge gave up on handing accepted events to the intake queue.',
      metric: sumOf('Failed deliveries', numbered('m', metrics)),
      threshold: 0,
    };
  });
}

function logAlarms(scope: Construct): readonly AlarmDefinition[] {
  const lost = numbered('lost', [
    hubMetric(scope, COUNTED_METRICS.commitsOvertaken),
    hubMetric(scope, COUNTED_METRICS.commitsContended),
  ]);
  return [
    {
      id: 'log-contended',
      sentence:
        'Most attempts to write to the log are lost to others that write for the same tenant, or to throttling.',
      metric: percentOf(
        'Attempts that were lost, in percent',
        lost,
        { won: hubMetric(scope, COUNTED_METRICS.commits) },
        20,
      ),
      threshold: 50,
      within: LASTING,
    },
    {
      id: 'storing-fails',
      sentence: 'Messages go back to the intake queue again and again because their events could not be stored.',
      metric: hubMetric(scope, COUNTED_METRICS.messagesRetried),
      threshold: 0,
      within: LASTING,
    },
  ];
}

function fanOutAlarms(scope: Construct): readonly AlarmDefinition[] {
  return [
    {
      id: 'fan-out-behind',
      sentence: 'The fan-out is more than a thousand events behind the head of some tenant.',
      metric: hubMetric(scope, MEASURED_METRICS.fanOutLag, 'Maximum'),
      threshold: 1000,
      within: LASTING,
    },
    {
      id: 'delivery-slow',
      sentence: 'One delivery in a hundred takes more than five seconds from the log to the sockets.',
      metric: hubMetric(scope, MEASURED_METRICS.recordToPost, 'p99'),
      threshold: 5000,
      within: LASTING,
    },
    {
      id: 'posts-failed',
      sentence: 'More than a fifth of the sockets that news were for missed them, and wait for their next sync.',
      metric: percentOf(
        'Sockets that missed something, in percent',
        { failed: hubMetric(scope, COUNTED_METRICS.postsFailed) },
        {
          delivered: hubMetric(scope, COUNTED_METRICS.postsDelivered),
          gone: hubMetric(scope, COUNTED_METRICS.postsGone),
        },
        10,
      ),
      threshold: 20,
      within: REPEATED,
    },
  ];
}
