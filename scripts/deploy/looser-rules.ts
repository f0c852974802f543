/** A resource of a template, as far as it is read here. */
interface Resource {
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly [attribute: string]: unknown;
}

/** A number that keeps data the longer, the higher it is: what it is called, where it is, and of what it counts. */
const PERIODS: Readonly<Record<string, readonly [property: string, unit: string]>> = {
  'AWS::SQS::Queue': ['MessageRetentionPeriod', 'seconds'],
  'AWS::Logs::LogGroup': ['RetentionInDays', 'days'],
  'AWS::Events::Archive': ['RetentionDays', 'days'],
};

/** What keeps data, and is on or off: a path into the properties. */
const PROTECTIONS: readonly (readonly string[])[] = [
  ['DeletionProtectionEnabled'],
  ['PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled'],
];

const POLICIES = ['DeletionPolicy', 'UpdateReplacePolicy'];

/** Retention that is not said is for ever, for logs and archives. Source: their pages in the template reference. */
const FOR_EVER = Number.POSITIVE_INFINITY;

/**
 * What an update in place makes easier to lose: a shorter retention deletes what is older than it, at once.
 * @returns a sentence each, for people
 */
export function looserRules(type: string, before: Resource, after: Resource): readonly string[] {
  return [
    ...POLICIES.filter((policy) => keeps(before[policy]) && !keeps(after[policy])).map(
      (policy) => `${policy} ${before[policy]} becomes ${after[policy] ?? 'Delete'}.`,
    ),
    ...PROTECTIONS.filter((path) => at(before, path) === true && at(after, path) !== true).map(
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

function shorterPeriod(
  period: (typeof PERIODS)[string] | undefined,
  before: Resource,
  after: Resource,
): readonly string[] {
  if (period === undefined) return [];
  const [property, unit] = period;
  const [was, is] = [before, after].map((resource) => Number(resource.Properties?.[property] ?? FOR_EVER));
  if (was === undefined || is === undefined || !(is < was)) return [];
  return [
    `${property} of ${was === FOR_EVER ? 'for ever' : `${was} ${unit}`} becomes ${is} ${unit}: what is older goes.`,
  ];
}

const keeps = (policy: unknown): boolean => typeof policy === 'string' && policy !== 'Delete';

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
