import { type AwsService, jsonService } from './aws-endpoint.ts';
import { isObject } from './http.ts';
import { type MetricId, MetricStore } from './metric-store.ts';
import { AwsError } from './sandbox-error.ts';

type Input = Readonly<Record<string, unknown>>;

/** Source: CloudWatch API reference, GetMetricData. */
const MOST_QUERIES = 500;

/** CloudWatch: the metrics that functions write into their logs, and reading them with GetMetricData. */
export class CloudWatch {
  readonly service: AwsService;
  readonly metrics = new MetricStore();

  constructor() {
    // The SDKs speak JSON with it, and take times as seconds.
    this.service = jsonService('GraniteServiceVersion20100801', 'application/x-amz-json-1.0', {
      GetMetricData: (input) => this.#getMetricData(input),
    });
  }

  #getMetricData(input: Input) {
    refuseOthers(input, ['MetricDataQueries', 'StartTime', 'EndTime', 'ScanBy'], '');
    const queries = listOf(input['MetricDataQueries'], 'MetricDataQueries');
    if (queries.length === 0 || queries.length > MOST_QUERIES) {
      throw invalid(`MetricDataQueries: expected 1 to ${MOST_QUERIES}, found ${queries.length}`);
    }
    const [from, through] = [timeOf(input, 'StartTime'), timeOf(input, 'EndTime')];
    if (from >= through) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
    const ids = queries.map(({ Id }) => Id);
    if (new Set(ids).size < ids.length)
      throw invalid('The values for parameter id in MetricDataQueries are not unique.');
    const isAscending = input['ScanBy'] === 'TimestampAscending';
    return {
      Messages: [],
      MetricDataResults: queries.map((query) => this.#resultOf(query, { from, through, isAscending })),
    };
  }

  #resultOf(query: Input, range: { from: number; through: number; isAscending: boolean }) {
    const { Id, Label, MetricStat: stat, ReturnData } = query;
    refuseOthers(query, ['Id', 'Label', 'MetricStat', 'ReturnData'], `MetricDataQueries ${String(Id)}`);
    if (typeof Id !== 'string' || !/^[a-z][A-Za-z0-9_]{0,254}$/.test(Id)) {
      throw invalid(
        `MetricDataQueries: expected an Id that begins with a lower-case letter, found ${JSON.stringify(Id)}`,
      );
    }
    if (!isObject(stat) || ReturnData === false) throw invalid(`${Id}: expected a MetricStat whose data is returned`);
    refuseOthers(stat, ['Metric', 'Period', 'Stat'], Id);
    const metric = metricOf(stat['Metric'], Id);
    const period = Number(stat['Period']);
    if (!(period > 0 && period % 60 === 0)) throw invalid(`${Id}: expected a Period that is a multiple of 60`);
    // CloudWatch rounds the start down to a whole minute.
    const found = this.metrics.read(metric, Math.floor(range.from / 60_000) * 60_000, range.through, period);
    const points = [...found].sort(([a], [b]) => (range.isAscending ? a - b : b - a));
    const statistic = String(stat['Stat']);
    return {
      Id,
      Label: typeof Label === 'string' ? Label : metric.name,
      StatusCode: 'Complete',
      Timestamps: points.map(([time]) => time / 1000),
      Values: points.map(([, values]) => values.statistic(statistic) ?? unknownStatistic(statistic)),
    };
  }
}

function metricOf(value: unknown, id: string): MetricId {
  if (!isObject(value)) throw invalid(`${id}: expected a Metric`);
  refuseOthers(value, ['Namespace', 'MetricName', 'Dimensions'], id);
  const dimensions = listOf(value['Dimensions'] ?? [], `${id}: Dimensions`);
  return {
    namespace: String(value['Namespace']),
    name: String(value['MetricName']),
    dimensions: Object.fromEntries(dimensions.map(({ Name, Value }) => [String(Name), String(Value)])),
  };
}

function timeOf(input: Input, name: string): number {
  const value = input[name];
  if (typeof value === 'number') return value * 1000;
  throw invalid(`${name}: expected seconds since 1970, found ${JSON.stringify(value)}`);
}

function listOf(value: unknown, name: string): readonly Input[] {
  if (Array.isArray(value) && value.every(isObject)) return value;
  throw invalid(`${name}: expected an array of objects`);
}

/** What the sandbox would ignore is an error that names it. */
function refuseOthers(input: Input, known: readonly string[], where: string): void {
  const other = Object.keys(input).find((name) => !known.includes(name));
  if (other === undefined) return;
  throw invalid(`${where} ${other}: the sandbox does not serve it; it serves ${known.join(', ')}`.trimStart());
}

function unknownStatistic(name: string): never {
  throw invalid(`The sandbox knows no statistic ${name}: SampleCount, Sum, Average, Minimum, Maximum and p<N>`);
}

const invalid = (message: string): AwsError => new AwsError('InvalidParameterValueException', message);
