import { type BusEvents, putEventsConditions } from '@tidings/contracts';
import { SOURCE_BY_TYPE } from '@tidings/contracts/gen/constants.ts';
import { Aws } from 'aws-cdk-lib';
import { CfnEventBusPolicy, type EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { ConfigurationError } from '../configuration-error.ts';
import type { ProducerAccess } from '../operations.ts';

export interface BusProducersProps {
  /** Name of the module, such as `bank`. */
  readonly module: string;
  readonly bus: EventBus;
  readonly access: ProducerAccess;
  /** Where the access is written, such as `prod.producers.bank`. */
  readonly path: string;
  /**
   * Event type → its source.
   * @default what `npm run generate` has made of the schemas of this repository
   */
  readonly sourceByType?: Readonly<Record<string, string>>;
}

/** Bytes of a bus's policy, all statements together. Source: EventBridge API reference, PutPermission ("10 KB"). */
const MAX_POLICY_BYTES = 10_240;

/** As long as what CloudFormation fills in can be; the policy has to be measured before that is known. */
const LONGEST = {
  partition: 'aws-us-gov',
  busArn: `arn:aws-us-gov:events:ap-southeast-99:123456789012:event-bus/${'x'.repeat(256)}`,
} as const;

/**
 * The policy of a bus: which other accounts may put events on it, and that these can be none but its module's. The hub's
 * own account needs no line in it, because its identities have policies of their own.
 */
export class BusProducers extends Construct {
  /**
   * @throws ConfigurationError `ENVIRONMENT_INVALID` if the module has no event type, or the policy would be longer than
   * EventBridge takes
   */
  constructor(scope: Construct, id: string, { bus, ...props }: BusProducersProps) {
    super(scope, id);
    const statements = statementsOf(props.access, eventsThatFit(props), Aws.PARTITION, bus.eventBusArn);
    for (const statement of statements) {
      new CfnEventBusPolicy(this, statement.Sid, {
        eventBusName: bus.eventBusName,
        statementId: statement.Sid,
        statement,
      });
    }
  }
}

/**
 * The types by name where there is room for them. Else all that begin with the module's name: its producers are then let
 * in with types that have no schema, which the hub refuses later, as it does with those of its own account.
 */
function eventsThatFit({
  module,
  access,
  path,
  sourceByType = SOURCE_BY_TYPE,
}: Omit<BusProducersProps, 'bus'>): BusEvents {
  const own = Object.entries(sourceByType).filter(([type]) => type.startsWith(`${module}.`));
  const source = own[0]?.[1];
  if (source === undefined) {
    throw new ConfigurationError(
      'ENVIRONMENT_INVALID',
      `${path}: found a module without an event type, expected one at least. After a change of schemas run npm run generate`,
    );
  }
  const byName = { sources: [source], types: own.map(([type]) => type) };
  if (policyBytes(access, byName) <= MAX_POLICY_BYTES) return byName;
  const byPrefix = { sources: [source], types: [`${module}.*`] };
  const bytes = policyBytes(access, byPrefix);
  if (bytes <= MAX_POLICY_BYTES) return byPrefix;
  throw new ConfigurationError(
    'ENVIRONMENT_INVALID',
    `${path}.accounts: found ${access.accounts?.length} accounts, which make a policy of ${bytes} bytes, expected at most ` +
      `${MAX_POLICY_BYTES}. Name their organization instead`,
  );
}

const policyBytes = (access: ProducerAccess, events: BusEvents): number =>
  Buffer.byteLength(
    JSON.stringify({
      Version: '2012-10-17',
      Statement: statementsOf(access, events, LONGEST.partition, LONGEST.busArn),
    }),
  );

/** Two statements where both are named: being in the organisation or being one of the accounts is enough. */
function statementsOf({ accounts, organization }: ProducerAccess, events: BusEvents, partition: string, bus: string) {
  const shared = { Effect: 'Allow', Action: 'events:PutEvents', Resource: bus };
  const conditions = putEventsConditions(events);
  return [
    ...(accounts === undefined
      ? []
      : [
          {
            Sid: 'ProducerAccounts',
            Principal: { AWS: accounts.map((account) => `arn:${partition}:iam::${account}:root`) },
            Condition: conditions,
            ...shared,
          },
        ]),
    ...(organization === undefined
      ? []
      : [
          {
            Sid: 'ProducerOrganization',
            Principal: '*',
            Condition: { ...conditions, StringEquals: { 'aws:PrincipalOrgID': organization } },
            ...shared,
          },
        ]),
  ];
}
