/** Who is connected, and what is sent. */
export interface Scenario {
  readonly connections: number;
  readonly tenants: number;
  /** Events, all of the first tenant. */
  readonly events: number;
}

/** A connection of a scenario. */
export interface Member {
  readonly id: string;
  readonly tenant: string;
  /** Whether API Gateway does not know it any more. */
  readonly isGone: boolean;
}

export const FIRST_TENANT = 'tenant-0';

/** Tenants have as many connections each; one in a hundred is gone, which its id says to the endpoint. */
export function membersOf({ connections, tenants }: Scenario): readonly Member[] {
  return Array.from({ length: connections }, (_, index) => {
    const number = Math.floor(index / tenants);
    const tenant = `tenant-${index % tenants}`;
    const isGone = number % 100 === 50;
    return { id: `${isGone ? 'gone-' : ''}JKh${String(index).padStart(8, '0')}=`, tenant, isGone };
  });
}

/** What a way of fan-out came to. Counts are of all events of the scenario. */
export interface Outcome {
  readonly name: string;
  readonly posts: number;
  readonly reads: number;
  readonly readUnits: number;
  /** Processor time of the process that fans out. */
  readonly processorSeconds: number;
  /** Events whose fan-out ended in an error. */
  readonly failures: number;
  /** Messages that reached connections of other tenants. */
  readonly wrong: number;
  /** Events that did not reach a connection of their tenant that is open. */
  readonly missed: number;
}
