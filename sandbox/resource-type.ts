import { createHash } from 'node:crypto';

/** Where the stack lives. */
export interface Surroundings {
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  /** Base URL of the SDK's endpoint. */
  readonly awsEndpointUrl: string;
  /** `host:port` of the HTTP and the WebSocket API. */
  readonly apiHost: string;
  /** `host:port` of the console. */
  readonly consoleHost: string;
}

/** The properties that may stand below another: `true` = any value, an object = these and no others, `[x]` = list of x. */
export type Shape = true | readonly [Shape] | { readonly [property: string]: Shape };

type Values = Readonly<Record<string, unknown>>;

export interface ResourceType {
  /** Properties that the sandbox acts upon. */
  readonly served: Readonly<Record<string, Shape>>;
  /** Properties that change nothing on one machine, each with the reason. */
  readonly withoutEffect: Readonly<Record<string, string>>;
  /** What `Ref` and `Fn::GetAtt` (by attribute) give. */
  readonly ref: (id: string, values: Values, at: Surroundings) => string;
  readonly attributes?: Readonly<Record<string, (id: string, values: Values, at: Surroundings) => string>>;
}

export const LABEL = 'for people only';
export const ACCESS = 'of permissions, the sandbox checks what the roles of functions allow';
export const AT_REST = 'encryption at rest cannot be observed through the API';
export const OPERATIONS = 'for the operation of a deployed stack';
export const LOGS = 'the sandbox writes logs to files instead';

export const arn = (service: string, resource: string, { region, accountId }: Surroundings): string =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;

/** A name as CloudFormation makes it, without the random part, so that state is found again after a restart. */
export const named = (id: string, value: unknown, { stackName }: Surroundings): string =>
  typeof value === 'string' ? value : `${stackName}-${id}`;

/** An id like those that API Gateway gives to its things: ten letters and digits. */
export const short = (id: string): string => createHash('sha256').update(id).digest('hex').slice(0, 10);
