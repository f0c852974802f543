import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { type Code, isTidingsError } from '@tidings/contracts';
import { CODE_DIMENSION, type CodedMetric, type CountedMetric, type MeasuredMetric } from '../metrics.ts';
import { SafeLogFormatter } from './safe-log-formatter.ts';

/**
 * Structured logs and metrics of a function. Service, namespace, log level and sampling come from the `POWERTOOLS_…`
 * variables. Nothing that is logged here may hold a token, a claim or an event's data; errors are cut down to what
 * cannot hold any, see `safe-log-formatter.ts`.
 *
 * Metrics are written as log lines in CloudWatch's embedded metric format, one per invocation, so that nothing waits for
 * them. Their only dimensions are the service and, for some, a code: every combination of values is a metric that is paid
 * for, so a tenant is never one.
 */
export function createTelemetry() {
  const logger = new Logger({ logFormatter: new SafeLogFormatter() });
  const metrics = new Metrics();
  const counts = new Map<CountedMetric, number>();
  const coded = new Map<CodedMetric, Map<Code, number>>();

  function countCode(name: CodedMetric, code: Code): void {
    counts.set(name, (counts.get(name) ?? 0) + 1);
    const byCode = coded.get(name) ?? new Map<Code, number>();
    coded.set(name, byCode.set(code, (byCode.get(code) ?? 0) + 1));
  }

  return {
    logger,

    /**
     * Begins an invocation: its id, and what else is given, is in every line until the next one begins.
     * @param keys such as the request's id at API Gateway, which the access log has too
     */
    begin({ awsRequestId }: { readonly awsRequestId: string }, keys: Readonly<Record<string, string>> = {}): void {
      logger.refreshSampleRateCalculation();
      logger.resetKeys();
      logger.appendKeys({ requestId: awsRequestId, ...keys });
    },

    /** Counts something, nought included: a ratio needs to know that there was nothing. */
    count(name: CountedMetric, value: number): void {
      counts.set(name, (counts.get(name) ?? 0) + value);
    },

    /** Counts something as a whole, and by its code. */
    countCode,

    /** Logs and counts what has ended in an error: the caller's fault quietly, one of ours as an error. */
    refuse(name: CodedMetric, what: string, error: unknown): void {
      const code = isTidingsError(error) ? error.code : 'INTERNAL_ERROR';
      countCode(name, code);
      if (isTidingsError(error)) logger.info(`${what} refused`, { code });
      else logger.error(`${what} failed`, error as Error);
    },

    /** Takes one value of something of which the distribution matters. */
    measure(name: MeasuredMetric, value: number): void {
      metrics.addMetric(name, name.endsWith('Milliseconds') ? MetricUnit.Milliseconds : MetricUnit.Count, value);
    },

    /** Writes the metrics of this invocation. */
    flush(): void {
      for (const [name, value] of counts) metrics.addMetric(name, MetricUnit.Count, value);
      counts.clear();
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
      for (const [name, byCode] of coded) {
        for (const [code, value] of byCode) {
          metrics.singleMetric().addDimension(CODE_DIMENSION, code).addMetric(name, MetricUnit.Count, value);
        }
      }
      coded.clear();
    },
  };
}
