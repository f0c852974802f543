import { splitList } from '@tidings/contracts';

/** As much of an event as says whom it is for. */
export interface AddressedEvent {
  readonly tenantid: string;
  readonly organizationids?: string | undefined;
  readonly userids?: string | undefined;
  readonly roleids?: string | undefined;
}

/** Whom a token speaks for. */
export interface Viewer {
  readonly tenant: string;
  readonly organizations?: readonly string[] | undefined;
  /** The token's subject. */
  readonly user?: string | undefined;
  readonly roles?: readonly string[] | undefined;
}

export type AudienceRuleName = 'tenant' | 'organizations' | 'users' | 'roles';

/** What one rule says. */
export interface AudienceRule {
  readonly rule: AudienceRuleName;
  /** What the event names: one of it is enough. Empty if the event does not restrict this. */
  readonly asked: readonly string[];
  /** What the viewer has. */
  readonly has: readonly string[];
  readonly matches: boolean;
}

/** Whether a viewer may see an event, and why. */
export interface AudienceExplanation {
  /** Whether every rule matches. */
  readonly isVisible: boolean;
  /** All rules, also those that ask for nothing. */
  readonly rules: readonly AudienceRule[];
}

/**
 * Whether an event is for a viewer, rule by rule, as the hub decides it: the tenant must be the event's, and of each kind
 * that the event names, the viewer must have one.
 *
 * It says nothing of the viewer's filter. Nor of types that are not for browsers, which a token without the environment's
 * scope for reading is never sent; the catalogue says of each type whether it is broadcast.
 */
export function explainAudience(event: AddressedEvent, viewer: Viewer): AudienceExplanation {
  const user = viewer.user === undefined ? [] : [viewer.user];
  const rules = [
    ruleOf('tenant', [event.tenantid], [viewer.tenant]),
    ruleOf('organizations', splitList(event.organizationids), viewer.organizations),
    ruleOf('users', splitList(event.userids), user),
    ruleOf('roles', splitList(event.roleids), viewer.roles),
  ];
  return { isVisible: rules.every(({ matches }) => matches), rules };
}

function ruleOf(
  rule: AudienceRuleName,
  asked: readonly string[] | undefined,
  has: readonly string[] = [],
): AudienceRule {
  const matches = asked === undefined || asked.some((one) => has.includes(one));
  return { rule, asked: asked ?? [], has, matches };
}
