import { Duration, Stack } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import {
  CODE_DIMENSION,
  type CodedMetric,
  EMITTERS,
  type MetricName,
  type MetricService,
  SERVICE_DIMENSION,
} from '../../../lambdas/metrics.ts';
import type { Doorbell } from '../doorbell.ts';
import type { HttpApi } from '../http-api.ts';
import type { HubFunction } from '../hub-function.ts';
import type { HubTable } from '../hub-table.ts';
import type { Intake } from '../intake.ts';
import type { ModuleBus } from '../module-bus.ts';
import type { SocketApi } from '../socket-api.ts';

/** What is watched: everything of an environment that has metrics. */
export interface WatchedHub {
  readonly functions: readonly HubFunction[];
  readonly intake: Intake;
  readonly doorbell: Doorbell;
  readonly tables: readonly HubTable[];
  readonly buses: readonly ModuleBus[];
  readonly httpApi: HttpApi;
  readonly socketApi: SocketApi;
}

/** What alarms and graphs take together. Most of AWS's own metrics come once a minute. */
export const PERIOD = Duration.minutes(5);

/** Metrics of one alarm. Source: CloudWatch user guide, "Using metric math": ten at most. */
export const MOST_METRICS = 10;

type Named = Readonly<Record<string, Metric>>;

/** One of our own metrics, of one function. */
export const serviceMetric = (
  scope: Construct,
  name: MetricName,
  service: MetricService,
  statistic = 'Sum',
  code?: string,
): Metric =>
  new Metric({
    namespace: Stack.of(scope).stackName,
    metricName: name,
    dimensionsMap: { [SERVICE_DIMENSION]: service, ...(code !== undefined && { [CODE_DIMENSION]: code }) },
    statistic,
    period: PERIOD,
    label: code ?? name,
  });

/** One of our own metrics that only one function writes. */
export function hubMetric(scope: Construct, name: MetricName, statistic = 'Sum'): Metric {
  const [service, ...others] = EMITTERS[name];
  if (others.length > 0) throw new TypeError(`${name} is written by several functions; take metricsOf`);
  return serviceMetric(scope, name, service, statistic);
}

/** One of our own metrics, of every function that writes it: in an expression, `<prefix>0`, `<prefix>1`, … */
export const metricsOf = (scope: Construct, prefix: string, name: CodedMetric, code?: string): Named =>
  numbered(
    prefix,
    EMITTERS[name].map((service) => serviceMetric(scope, name, service, 'Sum', code)),
  );

export const numbered = (prefix: string, metrics: readonly Metric[]): Named =>
  Object.fromEntries(metrics.map((metric, index) => [`${prefix}${index}`, metric]));

/** `FILL(a, 0) + FILL(b, 0)`: a metric that nobody has written for a while is nought, and not unknown. */
export const plus = (...metrics: readonly Named[]): string =>
  metrics
    .flatMap((named) => Object.keys(named))
    .map((id) => `FILL(${id}, 0)`)
    .join(' + ');

/** The sum of metrics. */
export const sumOf = (label: string, metrics: Named): MathExpression =>
  new MathExpression({ expression: plus(metrics), usingMetrics: { ...metrics }, label, period: PERIOD });

/**
 * Percent of what is bad among all, nought where that is too little to tell.
 * @param atLeast how much must be bad
 */
export const percentOf = (label: string, bad: Named, others: Named, atLeast: number): MathExpression =>
  new MathExpression({
    expression: `IF((${plus(bad)}) >= ${atLeast}, 100 * (${plus(bad)}) / (${plus(bad, others)}), 0)`,
    usingMetrics: { ...bad, ...others },
    label,
    period: PERIOD,
  });

/** Percent of what is bad, which is counted among all as well; nought below a hundred that are bad. */
export const shareOfCount = (label: string, bad: Metric, all: Metric): MathExpression =>
  new MathExpression({
    expression: 'IF(FILL(bad, 0) >= 100, 100 * FILL(bad, 0) / FILL(total, 0), 0)',
    usingMetrics: { bad, total: all },
    label,
    period: PERIOD,
  });

/** Messages that can be taken from a queue: the most within each period. */
export const depthOf = (queue: IQueue): Metric =>
  queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: PERIOD });

/** Seconds that the oldest message has waited: the most within each period. */
export const ageOf = (queue: IQueue): Metric =>
  queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: PERIOD });

/** A metric of API Gateway. Source: API Gateway developer guide, "Monitoring … API execution with CloudWatch metrics". */
export const apiMetric = (api: HttpApi | SocketApi, metricName: string, statistic = 'Sum'): Metric =>
  new Metric({
    namespace: 'AWS/ApiGateway',
    metricName,
    dimensionsMap: { ApiId: api.id, Stage: api.stageName },
    statistic,
    period: PERIOD,
  });

/** A metric of the rule on a bus. Source: EventBridge user guide, "Monitoring Amazon EventBridge". */
export const ruleMetric = ({ module, bus }: ModuleBus, ruleName: string, metricName: string): Metric =>
  new Metric({
    namespace: 'AWS/Events',
    metricName,
    dimensionsMap: { EventBusName: bus.eventBusName, RuleName: ruleName },
    statistic: 'Sum',
    period: PERIOD,
    label: `${module} ${metricName}`,
  });

/** A metric of a table. Source: DynamoDB developer guide, "DynamoDB metrics and dimensions". */
export const tableMetric = (table: HubTable, metricName: string): Metric =>
  new Metric({
    namespace: 'AWS/DynamoDB',
    metricName,
    dimensionsMap: { TableName: table.name },
    statistic: 'Sum',
    period: PERIOD,
    label: `${table.node.scope?.node.id ?? ''} ${metricName}`,
  });
