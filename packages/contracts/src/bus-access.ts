/** Of which events a policy speaks. */
export interface BusEvents {
  /** What they have as their `source`, one of these. */
  readonly sources: readonly string[];
  /** Their types; or patterns of types, in which `*` stands for any run of characters, dots included. */
  readonly types: readonly string[];
}

/** The `Condition` of a statement in a policy of IAM: operator → key → values. */
export type PolicyConditions = Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;

const SOURCE = 'events:source';
const DETAIL_TYPE = 'events:detail-type';

/**
 * Conditions that limit `events:PutEvents` to events of these sources and types. The policy of a bus and that of
 * who puts on it are the same in this, so neither lets anything through that the other would not.
 *
 * Both keys are lists for IAM, hence `ForAllValues`; that operator holds for a request that has no such key at all, so
 * `Null` asks for the keys as well.
 *
 * Source: Service Authorization Reference, "Condition keys for Amazon EventBridge" (both `ArrayOfString`); IAM user guide,
 * "Multivalued context keys"; EventBridge user guide, "Using IAM policy conditions".
 */
export function putEventsConditions({ sources, types }: BusEvents): PolicyConditions {
  const arePatterns = types.some((type) => type.includes('*'));
  return {
    'ForAllValues:StringEquals': { [SOURCE]: [...sources], ...(!arePatterns && { [DETAIL_TYPE]: [...types] }) },
    ...(arePatterns && { 'ForAllValues:StringLike': { [DETAIL_TYPE]: [...types] } }),
    Null: { [SOURCE]: 'false', [DETAIL_TYPE]: 'false' },
  };
}
