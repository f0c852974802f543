import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/**
 * Structured logs and metrics of a function. Service, namespace and log level come from the `POWERTOOLS_…` variables.
 * Nothing that is logged here may hold a token, a claim or an event's data.
 */
export function createTelemetry() {
  const logger = new Logger();
  const metrics = new Metrics();
  return {
    logger,
    /** Counts something; written out by `flush`. */
    count(name: string, value: number): void {
      if (value > 0) metrics.addMetric(name, MetricUnit.Count, value);
    },
    /** Writes the counts of this invocation, in CloudWatch's embedded metric format. */
    flush(): void {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
