import { compute } from './metric-math.ts';
import type { MetricId, MetricStore } from './metric-store.ts';

interface Dimension {
  readonly Name: string;
  readonly Value: unknown;
}

interface Stat {
  readonly Metric: {
    readonly Namespace: string;
    readonly MetricName: string;
    readonly Dimensions?: readonly Dimension[];
  };
  readonly Period: number;
  readonly Stat: string;
}

/** What a template says of an alarm. Source: CloudFormation reference, `AWS::CloudWatch::Alarm`. */
export interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions?: readonly unknown[];
  readonly OKActions?: readonly unknown[];
  readonly ComparisonOperator: string;
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly TreatMissingData: string;
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly Dimension[];
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Metrics?: readonly {
    readonly Id: string;
    readonly Expression?: string;
    readonly MetricStat?: Stat;
    readonly ReturnData?: boolean;
  }[];
}

/** A metric that an alarm looks at, and how. */
export interface WatchedMetric extends MetricId {
  readonly statistic: string;
}

/** An alarm as its template declares it. */
export class TemplateAlarm {
  readonly #properties: AlarmProperties;

  constructor(properties: AlarmProperties) {
    this.#properties = properties;
  }

  /** The metrics that it looks at. */
  get metrics(): readonly WatchedMetric[] {
    return Object.values(this.#sources());
  }

  /** The state after so many periods, of which the first is 0. */
  stateAfter(periods: number, store: MetricStore): 'OK' | 'ALARM' {
    const { EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods } = this.#properties;
    const last = Array.from({ length: EvaluationPeriods }, (_, index) => periods - 1 - index);
    return last.filter((period) => this.#isBreaching(this.valueOf(period, store))).length >= DatapointsToAlarm
      ? 'ALARM'
      : 'OK';
  }

  /** What the alarm compares with its threshold. */
  valueOf(period: number, store: MetricStore): number | undefined {
    const sources = this.#sources();
    const lookup = (id: string): number | undefined => {
      const metric = sources[id];
      if (metric === undefined) throw new Error(`found ${id} in an expression, expected ${Object.keys(sources)}`);
      return store.statistic(metric, metric.statistic, period);
    };
    const { Metrics = [] } = this.#properties;
    const expression = Metrics.find((one) => one.Expression !== undefined)?.Expression;
    return compute(expression ?? Object.keys(sources)[0] ?? '', lookup);
  }

  #isBreaching(value: number | undefined): boolean {
    const { ComparisonOperator, Threshold, TreatMissingData } = this.#properties;
    if (ComparisonOperator !== 'GreaterThanThreshold' || TreatMissingData !== 'notBreaching') {
      throw new Error(`found ${ComparisonOperator} and ${TreatMissingData}, which this cannot evaluate`);
    }
    return value !== undefined && value > Threshold;
  }

  #sources(): Readonly<Record<string, WatchedMetric>> {
    const { Metrics, Namespace = '', MetricName = '', Dimensions, Statistic, ExtendedStatistic } = this.#properties;
    if (Metrics === undefined) {
      const statistic = Statistic ?? ExtendedStatistic ?? '';
      return { m: { namespace: Namespace, name: MetricName, dimensions: toRecord(Dimensions), statistic } };
    }
    return Object.fromEntries(
      Metrics.flatMap(({ Id, MetricStat }) => {
        if (MetricStat === undefined) return [];
        const { Metric, Stat } = MetricStat;
        const dimensions = toRecord(Metric.Dimensions);
        return [[Id, { namespace: Metric.Namespace, name: Metric.MetricName, dimensions, statistic: Stat }]];
      }),
    );
  }
}

const toRecord = (dimensions: readonly Dimension[] = []): Readonly<Record<string, unknown>> =>
  Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));
