import { TYPES } from './catalogue.ts';

/**
 * What should happen, written from the rules and sharing no line with the hub: who may see what, which event a filter
 * lets through, and how long it is kept.
 */

/** An event as the model knows it: as it was produced, with its place. */
export interface Fact {
  readonly tenant: string;
  readonly id: string;
  readonly type: string;
  readonly subject: string | undefined;
  readonly organizations: string | undefined;
  readonly users: string | undefined;
  readonly roles: string | undefined;
  readonly sequence: number;
  /** When it was committed: the step, and epoch milliseconds. */
  readonly step: number;
  readonly at: number;
  /** Epoch second from which it is gone. */
  readonly expiresAt: number;
}

/** Who somebody is, by their token. */
export interface Claims {
  readonly tenant: string;
  readonly subject: string | undefined;
  readonly organizations: readonly string[];
  readonly roles: readonly string[];
  /** Epoch second. */
  readonly expiresAt: number;
  readonly mayRead: boolean;
}

/** What somebody asks for. */
export interface Wanted {
  readonly types?: readonly string[];
  readonly entities?: readonly string[];
  readonly actions?: readonly string[];
  readonly organizations?: readonly string[];
  readonly subjects?: readonly string[];
}

const named = (list: string | undefined): readonly string[] => (list === undefined ? [] : list.split(','));

/** Whether somebody may see an event: the tenant's own, and in every list that the event has. */
export function maySee(claims: Claims, fact: Fact): boolean {
  return (
    claims.tenant === fact.tenant &&
    (fact.users === undefined || named(fact.users).some((user) => user === claims.subject)) &&
    (fact.organizations === undefined || named(fact.organizations).some((one) => claims.organizations.includes(one))) &&
    (fact.roles === undefined || named(fact.roles).some((role) => claims.roles.includes(role)))
  );
}

const knownTypes = new Map(TYPES.map((type) => [type.type, type]));
const patterns = new Map<string, RegExp>();

/** A pattern as a regular expression: `*` is anything without a dot, and alone it is everything. */
function fits(pattern: string, type: string): boolean {
  if (pattern === '*') return true;
  let expression = patterns.get(pattern);
  if (expression === undefined) {
    const source = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '[^.]*');
    expression = new RegExp(`^${source}$`);
    patterns.set(pattern, expression);
  }
  return expression.test(type);
}

const allows = (list: readonly string[] | undefined, isFit: (value: string) => boolean): boolean =>
  list === undefined || list.length === 0 || list.some(isFit);

/** Whether a filter lets an event through. */
export function letsThrough(filter: Wanted, fact: Fact): boolean {
  const type = knownTypes.get(fact.type);
  return (
    allows(filter.types, (pattern) => fits(pattern, fact.type)) &&
    allows(filter.entities, (entity) => entity === type?.entity) &&
    allows(filter.actions, (action) => action === type?.action) &&
    allows(filter.organizations, (one) => named(fact.organizations).includes(one)) &&
    allows(filter.subjects, (subject) => subject === fact.subject)
  );
}

/** Whether browsers may see a type at all; services with durable subscriptions may see every type. */
export const isForBrowsers = ({ type }: Fact): boolean => knownTypes.get(type)?.isBroadcast === true;
