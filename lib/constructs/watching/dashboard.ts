import { Duration, Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Row,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import {
  CODE_DIMENSION,
  CODED_METRICS,
  COUNTED_METRICS,
  type CodedMetric,
  type CountedMetric,
  EMITTERS,
  MEASURED_METRICS,
  type MeasuredMetric,
  SERVICE_DIMENSION,
} from '../../../lambdas/metrics.ts';
import { EVERYTHING_RULE } from '../module-bus.ts';
import {
  ageOf,
  apiMetric,
  depthOf,
  PERIOD,
  ruleMetric,
  serviceMetric,
  tableMetric,
  type WatchedHub,
} from './watched-hub.ts';

/** Columns of a dashboard. Source: CloudWatch user guide, "Dashboard body structure and syntax". */
const COLUMNS = 24;

interface HubDashboardProps {
  readonly hub: WatchedHub;
  readonly alarms: readonly Alarm[];
}

/** What an environment does, on one page: alarms, then the way of an event from left to right, from top to bottom. */
export class HubDashboard extends Construct {
  constructor(scope: Construct, id: string, { hub, alarms }: HubDashboardProps) {
    super(scope, id);
    new Dashboard(this, 'Dashboard', {
      dashboardName: Stack.of(this).stackName,
      defaultInterval: Duration.hours(3),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: COLUMNS, height: 4 })],
        ...this.#entrance(hub),
        ...this.#path(hub),
        ...this.#sockets(hub),
        ...platform(hub),
      ].map((widgets) => [new Row(...widgets)]),
    });
  }

  #entrance({ httpApi }: WatchedHub): readonly IWidget[][] {
    const { eventsAccepted, reads, eventsRead } = COUNTED_METRICS;
    return [
      [heading('Entrance', 'Events and requests over HTTP. Rejections by code say which producer to talk to.')],
      [
        graph('Events', [...this.#each(eventsAccepted), ...this.#each(CODED_METRICS.eventsRejected)]),
        graph('Events rejected, by code', [this.#byCode(CODED_METRICS.eventsRejected)]),
        graph('Requests refused, by code', [this.#byCode(CODED_METRICS.requestsRefused)]),
        graph(
          'HTTP API',
          ['Count', '4xx', '5xx'].map((name) => apiMetric(httpApi, name)),
        ),
      ],
      [
        graph('Reads', [...this.#each(reads), ...this.#each(eventsRead)], 12),
        graph(
          'HTTP API, milliseconds',
          ['p50', 'p99'].map((at) => apiMetric(httpApi, 'Latency', at).with({ label: at })),
          12,
        ),
      ],
    ];
  }

  #path({ buses, intake, doorbell }: WatchedHub): readonly IWidget[][] {
    const { eventsStored, eventsDuplicate, messagesRetried } = COUNTED_METRICS;
    const { commits, commitsOvertaken, commitsContended, commitsWithDuplicates } = COUNTED_METRICS;
    const queues = [intake.queue, doorbell.queue];
    const letters = [intake.deadLetters.queue, intake.undeliverable.queue, doorbell.deadLetters.queue];
    return [
      [heading('Path', 'From the buses into the log. Dead letters are events that somebody waits for.')],
      [
        new SingleValueWidget({
          title: 'Dead letters: not stored, undeliverable, rings',
          metrics: letters.map(depthOf),
          width: 6,
          height: 6,
        }),
        graph('Age of the oldest message, seconds: intake, doorbell', queues.map(ageOf)),
        graph('Messages waiting: intake, doorbell', queues.map(depthOf)),
        graph(
          'Buses',
          buses.flatMap((bus) =>
            ['Invocations', 'FailedInvocations'].map((name) => ruleMetric(bus, EVERYTHING_RULE, name)),
          ),
        ),
      ],
      [
        graph(
          'Events in the log',
          [eventsStored, eventsDuplicate, messagesRetried].flatMap((one) => this.#each(one)),
        ),
        graph('Dead letters, by code', [this.#byCode(CODED_METRICS.eventsDeadLettered)]),
        graph(
          'Attempts to write to the log',
          [commits, commitsOvertaken, commitsContended, commitsWithDuplicates].flatMap((one) => this.#each(one)),
        ),
        graph('From `time` to `recordedtime`, milliseconds', this.#percentiles(MEASURED_METRICS.publishToRecord)),
      ],
    ];
  }

  #sockets({ socketApi }: WatchedHub): readonly IWidget[][] {
    const { socketsConnected, socketsClosed, socketMessages } = COUNTED_METRICS;
    const { postsDelivered, postsGone, postsFailed, postsThrottled } = COUNTED_METRICS;
    return [
      [heading('Sockets', 'From the log to those who listen.')],
      [
        graph('From `recordedtime` to the last post, milliseconds', this.#percentiles(MEASURED_METRICS.recordToPost)),
        graph('Events between position and head', this.#each(MEASURED_METRICS.fanOutLag, 'Maximum')),
        graph(
          'Posts',
          [postsDelivered, postsGone, postsFailed, postsThrottled].flatMap((one) => this.#each(one)),
        ),
        graph(
          'Sockets',
          [socketsConnected, socketsClosed].flatMap((one) => this.#each(one)),
        ),
      ],
      [
        graph('Sockets refused, by code', [this.#byCode(CODED_METRICS.socketsRefused)]),
        graph('Messages refused, by code', [this.#byCode(CODED_METRICS.socketErrors)]),
        graph('Messages of clients', this.#each(socketMessages)),
        graph(
          'WebSocket API',
          ['ConnectCount', 'MessageCount', 'ClientError', 'IntegrationError', 'ExecutionError'].map((name) =>
            apiMetric(socketApi, name),
          ),
        ),
      ],
    ];
  }

  /** A line for each function that writes the metric. */
  #each(name: CountedMetric | MeasuredMetric, statistic = 'Sum'): readonly IMetric[] {
    const services = EMITTERS[name];
    return services.map((service) => {
      const metric = serviceMetric(this, name, service, statistic);
      return services.length === 1 ? metric : metric.with({ label: `${name} ${service}` });
    });
  }

  /**
   * A line for each code that there has been. A namespace with a hyphen in it takes quotes, or nothing is found.
   * Source: CloudWatch user guide, "CloudWatch search expression syntax".
   */
  #byCode(name: CodedMetric): IMetric {
    const schema = `{"${Stack.of(this).stackName}",${SERVICE_DIMENSION},${CODE_DIMENSION}}`;
    return new MathExpression({
      expression: `SEARCH('${schema} MetricName="${name}"', 'Sum', ${PERIOD.toSeconds()})`,
      // Nothing: the line of each code has the name of its code.
      label: '',
      period: PERIOD,
    });
  }

  #percentiles(name: MeasuredMetric): readonly IMetric[] {
    return ['p50', 'p99'].flatMap((at) =>
      EMITTERS[name].map((service) => serviceMetric(this, name, service, at).with({ label: at })),
    );
  }
}

function platform({ functions, tables }: WatchedHub): readonly IWidget[][] {
  const options = { period: PERIOD };
  const tableLines = (...names: readonly string[]) =>
    tables.flatMap((table) => names.map((name) => tableMetric(table, name)));
  return [
    [heading('Platform', 'Lambda and DynamoDB. An authorizer that refuses a token counts as an error of its own.')],
    [
      graph(
        'Errors',
        functions.map(({ lambda, node }) => lambda.metricErrors({ ...options, label: node.id })),
      ),
      graph(
        'Throttles',
        functions.map(({ lambda, node }) => lambda.metricThrottles({ ...options, label: node.id })),
      ),
      graph(
        'Longest run, milliseconds',
        functions.map(({ lambda, node }) =>
          lambda.metricDuration({ ...options, statistic: 'Maximum', label: node.id }),
        ),
      ),
      graph(
        'Executions at once',
        functions.map(({ lambda, node }) =>
          lambda.metric('ConcurrentExecutions', { ...options, statistic: 'Maximum', label: node.id }),
        ),
      ),
    ],
    [
      graph('Tables throttled', tableLines('ReadThrottleEvents', 'WriteThrottleEvents'), 12),
      graph('Capacity used', tableLines('ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits'), 12),
    ],
  ];
}

const heading = (title: string, text: string): IWidget =>
  new TextWidget({ markdown: `## ${title}\n${text}`, width: COLUMNS, height: 2 });

const graph = (title: string, left: readonly IMetric[], width = 6): IWidget =>
  new GraphWidget({ title, left: [...left], width, height: 6, leftYAxis: { min: 0 } });
