import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { MetricQuery, MetricRange, MetricReader } from '../../core/ports/metric-reader.ts';
import { CODE_DIMENSION, SERVICE_DIMENSION } from '../../metrics.ts';

/** Metrics of one request. Source: CloudWatch API reference, GetMetricData. */
const MOST_QUERIES = 500;

/** The hub's metrics in CloudWatch. It is paid by the metric that is asked for: $0.01 for a thousand of them. */
export function createCloudWatchMetricReader(client: CloudWatchClient, namespace: string): MetricReader {
  return {
    async read(queries, range) {
      const values = queries.map(() => new Map<number, number>());
      for (let at = 0; at < queries.length; at += MOST_QUERIES) {
        const some = queries.slice(at, at + MOST_QUERIES).map((query, index) => toQuery(query, at + index));
        for await (const { Id, Timestamps = [], Values = [] } of results(some)) {
          const own = values[Number(Id?.slice(1))];
          for (const [index, time] of Timestamps.entries()) own?.set(time.getTime(), Values[index] ?? 0);
        }
      }
      return values;

      function toQuery({ name, service, code, statistic }: MetricQuery, index: number): MetricDataQuery {
        const dimensions = { [SERVICE_DIMENSION]: service, ...(code !== undefined && { [CODE_DIMENSION]: code }) };
        return {
          Id: `m${index}`,
          MetricStat: {
            Metric: {
              Namespace: namespace,
              MetricName: name,
              Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
            },
            Period: range.periodSeconds,
            Stat: statistic,
          },
        };
      }

      async function* results(MetricDataQueries: MetricDataQuery[]): AsyncGenerator<MetricDataResult> {
        let NextToken: string | undefined;
        do {
          const { from: StartTime, through: EndTime }: MetricRange = range;
          const answer = await client.send(
            new GetMetricDataCommand({
              MetricDataQueries,
              StartTime,
              EndTime,
              ...(NextToken !== undefined && { NextToken }),
            }),
          );
          yield* answer.MetricDataResults ?? [];
          ({ NextToken } = answer);
        } while (NextToken !== undefined);
      }
    },
  };
}
