import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ConstructError } from './construct-error.ts';

/** Where a hub is. */
export interface HubReference {
  /** Name of the hub's environment, such as `prod`. */
  readonly environment: string;
  /**
   * AWS account of the hub, 12 digits.
   * @default that of the stack
   */
  readonly account?: string;
  /**
   * AWS region of the hub.
   * @default that of the stack
   */
  readonly region?: string;
  /**
   * What the names of its buses begin with; a hyphen and the module's name follow.
   * @default `tidings-<environment>`
   */
  readonly busPrefix?: string;
}

/** The buses of a hub, as one stack sees them. */
export class HubBuses {
  readonly account: string;
  readonly region: string;
  /** What the names of all buses begin with. */
  readonly prefix: string;
  readonly #stack: Stack;

  /** @throws ConstructError HUB_INVALID */
  constructor(scope: Construct, hub: HubReference) {
    this.#stack = Stack.of(scope);
    // Whoever has no compiler may give none.
    const { environment, account, region, busPrefix }: Partial<HubReference> = hub ?? {};
    const prefix = busPrefix ?? `tidings-${environment}`;
    check(
      scope,
      'environment',
      environment,
      /^[A-Za-z0-9][A-Za-z0-9-]*$/,
      'the name of an environment, such as "prod"',
    );
    // Source: EventBridge API reference, CreateEventBus, "Name"; the module's name takes up to 57 of 256 characters.
    check(
      scope,
      'busPrefix',
      prefix,
      /^[.\-_A-Za-z0-9]{1,198}$/,
      'the beginning of names of buses, such as "tidings-prod"',
    );
    if (account !== undefined) check(scope, 'account', account, /^\d{12}$/, 'an AWS account: a string of 12 digits');
    if (region !== undefined) {
      check(scope, 'region', region, /^[a-z]{2,4}(-[a-z]+){1,2}-\d{1,2}$/, 'an AWS region such as "eu-north-1"');
    }
    this.account = account ?? this.#stack.account;
    this.region = region ?? this.#stack.region;
    this.prefix = prefix;
  }

  nameOf(module: string): string {
    return `${this.prefix}-${module}`;
  }

  arnOf(module: string): string {
    return this.#stack.formatArn({
      service: 'events',
      resource: 'event-bus',
      resourceName: this.nameOf(module),
      account: this.account,
      region: this.region,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }
}

/** What is filled in at deployment cannot be looked at now. */
function check(scope: Construct, name: string, value: unknown, pattern: RegExp, expected: string): void {
  if (Token.isUnresolved(value) || (typeof value === 'string' && pattern.test(value))) return;
  throw new ConstructError(
    'HUB_INVALID',
    `${scope.node.path}: expected hub.${name} to be ${expected}, found ${JSON.stringify(value)}`,
  );
}
