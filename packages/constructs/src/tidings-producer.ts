import { BUSES_VARIABLE, type ModuleName } from '@tidings/client/bus';
import { type BusEvents, putEventsConditions } from '@tidings/contracts';
import { Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ConstructError } from './construct-error.ts';
import { HubBuses, type HubReference } from './hub.ts';
import { eventsByModule, type PublishedEvents } from './published-events.ts';

export interface TidingsProducerProps extends PublishedEvents {
  /** The hub, in this account and region or in others. */
  readonly hub: HubReference;
}

/** Functions with the producer that they are connected to: a function has one variable for its buses. */
const CONNECTED = new WeakMap<LambdaFunction, TidingsProducer>();

/**
 * What a stack publishes on a hub. It makes no resource: it grants, and says where the buses are.
 *
 * A hub in another account has to let this account in, by `producers` of its environment. A policy here and the policy of
 * the bus there have to agree, and both name the module's source and types.
 *
 * @example
 * ```ts
 * const producer = new TidingsProducer(this, 'Events', {
 *   hub: { environment: 'prod', account: '999999999999', region: 'eu-north-1' },
 *   types: ['bank.transaction:created@v1'],
 * });
 * producer.connect(lambda); // in it: new TidingsBusClient()
 * ```
 */
export class TidingsProducer extends Construct {
  readonly #events: ReadonlyMap<ModuleName, BusEvents>;
  readonly #buses: HubBuses;

  /** @throws ConstructError HUB_INVALID or EVENTS_INVALID */
  constructor(scope: Construct, id: string, props: TidingsProducerProps) {
    super(scope, id);
    this.#events = eventsByModule(props, this.node.path);
    this.#buses = new HubBuses(this, props.hub);
  }

  /** Module → ARN of its bus, of the modules that are published. */
  get busArns(): Readonly<Partial<Record<ModuleName, string>>> {
    return Object.fromEntries([...this.#events.keys()].map((module) => [module, this.#buses.arnOf(module)]));
  }

  /** What `TidingsBusClient` finds the buses by: for code that is no Lambda function. */
  get environment(): Readonly<Record<string, string>> {
    return { [BUSES_VARIABLE]: Stack.of(this).toJsonString(this.busArns) };
  }

  /** Lets somebody put the events on their buses, and no others and nowhere else. */
  grantPublish(grantee: IGrantable): Grant {
    const grants = [...this.#events].map(([module, events]) =>
      Grant.addToPrincipal({
        grantee,
        actions: ['events:PutEvents'],
        resourceArns: [this.#buses.arnOf(module)],
        conditions: mutable(putEventsConditions(events)),
      }),
    );
    return grants.reduce((all, grant) => all.combine(grant));
  }

  /**
   * Lets a function publish with `new TidingsBusClient()`: the grant, and the variable that names the buses.
   *
   * @throws ConstructError ALREADY_CONNECTED if another producer has set the function's buses
   */
  connect(lambda: LambdaFunction): Grant {
    const other = CONNECTED.get(lambda);
    if (other === this) return this.grantPublish(lambda);
    if (other !== undefined) {
      throw new ConstructError(
        'ALREADY_CONNECTED',
        `${this.node.path}: expected a function that no other producer is connected to, found ${lambda.node.path}, which ` +
          `${other.node.path} is. Name all its modules and types in one TidingsProducer`,
      );
    }
    CONNECTED.set(lambda, this);
    for (const [name, value] of Object.entries(this.environment)) lambda.addEnvironment(name, value);
    return this.grantPublish(lambda);
  }
}

/** The CDK's types want objects that may be changed. */
const mutable = (conditions: ReturnType<typeof putEventsConditions>): Record<string, Record<string, unknown>> =>
  Object.fromEntries(Object.entries(conditions).map(([operator, keys]) => [operator, { ...keys }]));
