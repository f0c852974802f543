import type { SentEvent } from './events.ts';

/**
 * What a socket or reader should receive, written from the text of README.md and PROTOCOL.md and not from the hub's code, in the
 * plainest way that can be thought of. Slow on purpose.
 */

/** Who receives: what the token says. */
export interface Receiver {
  readonly tenant: string;
  readonly organizations: readonly string[];
  readonly user: string | undefined;
  readonly roles: readonly string[];
}

/** Filter of a subscription. OR within a list, AND between lists, absent or empty = all. */
export interface Filter {
  readonly types?: readonly string[];
  readonly entities?: readonly string[];
  readonly actions?: readonly string[];
  readonly organizations?: readonly string[];
  readonly subjects?: readonly string[];
}

/** Whether an event is for a receiver, and passes the filter. */
export function shouldReceive(event: SentEvent, receiver: Receiver, filter: Filter): boolean {
  return event.tenantid === receiver.tenant && isFor(event, receiver) && passes(event, filter);
}

/** "connection must match every named kind" */
function isFor(event: SentEvent, receiver: Receiver): boolean {
  const kinds: readonly (readonly [string | undefined, readonly string[]])[] = [
    [event.organizationids, receiver.organizations],
    [event.userids, receiver.user === undefined ? [] : [receiver.user]],
    [event.roleids, receiver.roles],
  ];
  for (const [named, own] of kinds) {
    if (named === undefined) continue;
    let matches = false;
    for (const one of named.split(',')) {
      for (const other of own) {
        if (one === other) matches = true;
      }
    }
    if (!matches) return false;
  }
  return true;
}

/** "OR within a list, AND between lists, absent or empty = all" */
function passes(event: SentEvent, filter: Filter): boolean {
  const [moduleAndEntity = '', actionAndVersion = ''] = event.type.split(':');
  const entity = moduleAndEntity.split('.').slice(1).join('.');
  const action = actionAndVersion.split('@')[0] ?? '';
  const organizations = event.organizationids === undefined ? [] : event.organizationids.split(',');
  const subjects = event.subject === undefined ? [] : [event.subject];
  if (filter.types?.length && !filter.types.some((pattern) => matchesPattern(pattern, event.type))) return false;
  if (filter.entities?.length && !filter.entities.includes(entity)) return false;
  if (filter.actions?.length && !filter.actions.includes(action)) return false;
  if (filter.organizations?.length && !organizations.some((one) => filter.organizations?.includes(one))) return false;
  if (filter.subjects?.length && !subjects.some((one) => filter.subjects?.includes(one))) return false;
  return true;
}

/** "`*` stands for any run of characters but `.`; a lone `*` is everything" */
export const matchesPattern = (pattern: string, type: string): boolean => pattern === '*' || fits(pattern, type);

/** By trying every length of the run that the first `*` stands for. */
function fits(pattern: string, type: string): boolean {
  if (pattern === '') return type === '';
  if (pattern[0] !== '*') return pattern[0] === type[0] && fits(pattern.slice(1), type.slice(1));
  for (let taken = 0; taken <= type.length; taken += 1) {
    if (type.slice(0, taken).includes('.')) return false;
    if (fits(pattern.slice(1), type.slice(taken))) return true;
  }
  return false;
}
