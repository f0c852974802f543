import { runSimulation } from '@cloud-copilot/iam-simulate';

/** The account of the hub in {@link BUS}. */
export const HUB = '999999999999';
/** What a reference to a bus of the template stands for. */
export const BUS = `arn:aws:events:eu-north-1:${HUB}:event-bus/tidings-dev-bank`;

/** One entry of PutEvents, and who puts it. */
export interface Put {
  readonly account: string;
  readonly organization?: string;
  /** Absent where EventBridge names none. */
  readonly source?: string;
  readonly type?: string;
  /** @default {@link BUS} */
  readonly bus?: string;
  /** @default `events:PutEvents` */
  readonly action?: string;
}

interface Policies {
  /** Statements of who puts, as in a template. @default everything is allowed */
  readonly identity?: readonly unknown[];
  /** Statements of the bus. */
  readonly bus: readonly unknown[];
}

/** Whether IAM would let somebody put an event, as a simulator of its rules says. */
export async function mayPut(put: Put, { identity = [EVERYTHING], bus }: Policies): Promise<boolean> {
  const answer = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${put.account}:role/producer`,
        action: put.action ?? 'events:PutEvents',
        resource: { resource: put.bus ?? BUS, accountId: HUB },
        contextVariables: {
          ...(put.organization !== undefined && { 'aws:PrincipalOrgID': put.organization }),
          ...(put.source !== undefined && { 'events:source': [put.source] }),
          ...(put.type !== undefined && { 'events:detail-type': [put.type] }),
        },
      },
      identityPolicies: [{ name: 'identity', policy: document(identity) }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(bus.length > 0 && { resourcePolicy: document(bus) }),
    },
    {},
  );
  if (answer.resultType !== 'single') throw new Error(`Expected one answer, found ${JSON.stringify(answer)}`);
  return answer.overallResult === 'Allowed';
}

const EVERYTHING = { Effect: 'Allow', Action: '*', Resource: '*' };

const document = (statements: readonly unknown[]): unknown => ({
  Version: '2012-10-17',
  Statement: statements.map(resolve),
});

/** What CloudFormation would put in the place of references. */
function resolve(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolve);
  if (typeof value !== 'object' || value === null) return value;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Readonly<Record<string, unknown>>;
  if (Ref === 'AWS::Partition') return 'aws';
  if (attribute !== undefined) return BUS;
  if (Array.isArray(join)) return (join[1] as readonly unknown[]).map(resolve).join(String(join[0]));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
}
