/** A resource of a template, as far as it is read here. */
interface Resource {
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly [attribute: string]: unknown;
}

/** Retention that is not said, or said to be 0, is for ever, for logs and archives. Source: their pages in the template reference. */
const FOR_EVER = Number.POSITIVE_INFINITY;

/** A number that keeps data the longer, the higher it is. */
interface Period {
  /** Into the properties. */
  readonly path: readonly string[];
  readonly unit: string;
  /** What it is where it is not said. */
  readonly unsaid: number;
}

/** Source of what is not said: the pages of the types in the template reference of CloudFormation. */
const PERIODS: Readonly<Record<string, Period>> = {
  'AWS::SQS::Queue': { path: ['MessageRetentionPeriod'], unit: 'seconds', unsaid: 345_600 },
  'AWS::Logs::LogGroup': { path: ['RetentionInDays'], unit: 'days', unsaid: FOR_EVER },
  'AWS::Events::Archive': { path: ['RetentionDays'], unit: 'days', unsaid: FOR_EVER },
  'AWS::DynamoDB::Table': {
    path: ['PointInTimeRecoverySpecification', 'RecoveryPeriodInDays'],
    unit: 'days',
    unsaid: 35,
  },
};

/** What keeps data, and is on or off: a path into the properties. */
const PROTECTIONS: readonly (readonly string[])[] = [
  ['DeletionProtectionEnabled'],
  ['PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled'],
  // Without dead letters, what cannot be dealt with is gone when its queue has kept it long enough.
  ['RedrivePolicy'],
];

const POLICIES = ['DeletionPolicy', 'UpdateReplacePolicy'];

/**
 * What an update in place makes easier to lose: a shorter retention deletes what is older than it, at once.
 * @returns a sentence each, for people
 */
export function looserRules(type: string, before: Resource, after: Resource): readonly string[] {
  return [
    ...POLICIES.filter((policy) => keeps(before[policy]) && !keeps(after[policy])).map(
      (policy) => `${policy} ${before[policy]} becomes ${after[policy] ?? 'Delete'}.`,
    ),
    ...PROTECTIONS.filter((path) => isOn(at(before, path)) && !isOn(at(after, path))).map(
      (path) => `${path.at(-1)} is switched off.`,
    ),
    ...shorterPeriod(PERIODS[type], before, after),
    ...(isOther(
      at(before, ['TimeToLiveSpecification', 'AttributeName']),
      at(after, ['TimeToLiveSpecification', 'AttributeName']),
    )
      ? ['items expire by another attribute.']
      : []),
  ];
}

function shorterPeriod(period: Period | undefined, before: Resource, after: Resource): readonly string[] {
  if (period === undefined) return [];
  const { path, unit, unsaid } = period;
  const [was = unsaid, is = unsaid] = [before, after].map(
    (resource) => Number(at(resource, path) ?? unsaid) || FOR_EVER,
  );
  if (is >= was) return [];
  const text = was === FOR_EVER ? 'for ever' : `${was} ${unit}`;
  return [`${path.at(-1)} of ${text} becomes ${is} ${unit}: what is older goes.`];
}

const keeps = (policy: unknown): boolean => typeof policy === 'string' && policy !== 'Delete';

const isOn = (protection: unknown): boolean => protection !== undefined && protection !== false;

const isOther = (before: unknown, after: unknown): boolean =>
  before !== undefined && JSON.stringify(before) !== JSON.stringify(after);

function at({ Properties }: Resource, path: readonly string[]): unknown {
  let value: unknown = Properties;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}
