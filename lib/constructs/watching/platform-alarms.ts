import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmDefinition, LASTING, REPEATED } from './alarm-definition.ts';
import { numbered, PERIOD, sumOf, tableMetric, type WatchedHub } from './watched-hub.ts';

/**
 * It answers a token that is no good by an error, because that is how an authorizer asks for a 401. So its errors say
 * nothing; what it refuses is counted by `SocketsRefused`.
 */
const ERRS_ON_PURPOSE = 'AuthorizeSocket';

/** Alarms about what the hub runs on: Lambda and DynamoDB. */
export function platformAlarms({ functions, tables }: WatchedHub): readonly AlarmDefinition[] {
  const options = { statistic: 'Sum', period: PERIOD } as const;
  const steady = functions.filter(({ node }) => node.id !== ERRS_ON_PURPOSE);
  const durations = numbered(
    'm',
    functions.map(({ lambda }) => lambda.metricDuration({ statistic: 'Maximum', period: PERIOD })),
  );
  const shares = functions.map(({ timeout }, index) => `100 * m${index} / ${timeout.toMilliseconds()}`);
  const throttles = tables.flatMap((table) =>
    ['ReadThrottleEvents', 'WriteThrottleEvents'].map((name) => tableMetric(table, name)),
  );
  return [
    {
      id: 'functions-fail',
      sentence: 'Functions crash, run out of memory or out of time.',
      metric: sumOf(
        'Errors',
        numbered(
          'm',
          steady.map(({ lambda }) => lambda.metricErrors(options)),
        ),
      ),
      threshold: 0,
      within: REPEATED,
    },
    {
      id: 'functions-throttled',
      sentence: 'Lambda does not run functions, because the concurrency of the account or of a function is used up.',
      metric: sumOf(
        'Throttles',
        numbered(
          'm',
          functions.map(({ lambda }) => lambda.metricThrottles(options)),
        ),
      ),
      threshold: 0,
      within: REPEATED,
    },
    {
      id: 'functions-slow',
      sentence: 'Some function takes nine tenths of the time after which Lambda stops it.',
      metric: new MathExpression({
        expression: `MAX([${shares.join(', ')}])`,
        usingMetrics: { ...durations },
        label: 'Longest run, in percent of its timeout',
        period: PERIOD,
      }),
      threshold: 90,
      within: REPEATED,
    },
    {
      id: 'tables-throttled',
      sentence: 'DynamoDB throttles the tables of the hub.',
      metric: sumOf('Throttled reads and writes', numbered('m', throttles)),
      threshold: 10,
      within: LASTING,
    },
  ];
}
