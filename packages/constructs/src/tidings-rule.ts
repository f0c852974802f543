import {
  type EventBridgePattern,
  type EventConditions,
  eventPattern,
  type PatternThatMatches,
  SOURCE_BY_TYPE,
  type TypesMatching,
} from '@tidings/client';
import { Duration, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus, type IEventBus, type IRuleTarget, Rule } from 'aws-cdk-lib/aws-events';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ConstructError } from './construct-error.ts';
import { DependableTarget, grantDeadLetters, MAX_AGE, MOST_ATTEMPTS, type Retry } from './delivery.ts';
import { HubBuses, type HubReference } from './hub.ts';
import { patternFor } from './pattern-for.ts';

/** With `exactOptionalPropertyTypes`, an `EventBus` of the CDK is no `IEventBus`. */
export type AnyBus = IEventBus | EventBus;

/** Where events come from: a hub of the stack's own account and region, or a bus that a hub sends them on to. */
export type RuleSource =
  | { readonly hub: HubReference; readonly bus?: never }
  | { readonly bus: AnyBus; readonly hub?: never };

export type TidingsRuleProps<Pattern extends string> = RuleSource & {
  /** A type, or a pattern such as `bank.transaction:*`; `*` stands for any run of characters but `.` */
  readonly pattern: Pattern & PatternThatMatches<Pattern>;
  /**
   * What else must hold.
   * @default nothing: every event of the types
   */
  readonly conditions?: EventConditions<TypesMatching<Pattern>>;
  /** Who gets the events: at least one, at most five. */
  readonly targets: readonly IRuleTarget[];
  /** @default as EventBridge does it: 24 hours and 185 attempts */
  readonly retry?: Retry;
  /**
   * Takes what no retry could deliver: a standard queue. It is for targets that name no queue of their own.
   * @default a new queue that keeps them for 14 days
   */
  readonly deadLetterQueue?: IQueue;
  readonly description?: string;
  /** @default true */
  readonly enabled?: boolean;
};

/** One rule to be. */
interface Source {
  readonly id: string;
  readonly bus: AnyBus;
  readonly pattern: EventBridgePattern;
}

/** Source: EventBridge user guide, "Quotas". */
const MOST_TARGETS = 5;

/**
 * Sends events of some types from a hub's buses, one rule for each, to targets. A target gets them as EventBridge delivers
 * them: at least once, in any order, with the CloudEvent as `detail`. They come straight from their producer, so they have
 * no `sequence`, and their data may break its schema, while the log has each once, in order and validated.
 *
 * A hub lets nobody from elsewhere make rules on its buses, so a rule is in the account of its bus. For a hub in another
 * account or region, see {@link TidingsInbox}.
 */
export class TidingsRule<const Pattern extends string> extends Construct {
  /** One for each bus. */
  readonly rules: readonly Rule[];
  readonly deadLetterQueue: IQueue;

  /** @throws ConstructError HUB_INVALID or RULE_INVALID; EventPatternError if the pattern is none for EventBridge */
  constructor(scope: Construct, id: string, props: TidingsRuleProps<Pattern>) {
    super(scope, id);
    const { targets, retry = {} } = props;
    this.#check(targets, retry);
    // Source: EventBridge user guide, "Using dead-letter queues to process undelivered events".
    if (props.deadLetterQueue?.fifo === true) {
      this.#refuse('expected deadLetterQueue to be a standard queue, found a FIFO queue');
    }
    const pattern = patternFor(this, () => eventPattern<Pattern>(props.pattern, props.conditions));
    const sources = this.#sources(props, pattern);
    this.deadLetterQueue =
      props.deadLetterQueue ??
      new Queue(this, 'DeadLetters', {
        // The longest that SQS offers: people need time to look.
        retentionPeriod: Duration.days(14),
        encryption: QueueEncryption.SQS_MANAGED,
        enforceSSL: true,
      });
    this.rules = sources.map((source) => {
      const rule = new Rule(this, source.id, {
        eventBus: source.bus,
        eventPattern: source.pattern,
        ...(props.description !== undefined && { description: props.description }),
        ...(props.enabled !== undefined && { enabled: props.enabled }),
      });
      for (const target of targets) rule.addTarget(new DependableTarget(target, this.deadLetterQueue, retry));
      grantDeadLetters(this.deadLetterQueue, rule);
      return rule;
    });
  }

  /** Events that could not be delivered and wait in {@link deadLetterQueue}: the most within each five minutes. */
  metricUndelivered(): Metric {
    return this.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
      statistic: 'Maximum',
      period: Duration.minutes(5),
    });
  }

  #check(targets: readonly IRuleTarget[], { attempts, maxAge }: Retry): void {
    if (targets.length === 0 || targets.length > MOST_TARGETS) {
      this.#refuse(`expected 1 to ${MOST_TARGETS} targets, found ${targets.length}`);
    }
    if (attempts !== undefined && !(Number.isInteger(attempts) && attempts >= 0 && attempts <= MOST_ATTEMPTS)) {
      this.#refuse(`expected retry.attempts to be a whole number, 0 to ${MOST_ATTEMPTS}, found ${attempts}`);
    }
    const { least, most } = MAX_AGE;
    const seconds = maxAge?.toSeconds() ?? most.toSeconds();
    if (seconds < least.toSeconds() || seconds > most.toSeconds()) {
      this.#refuse(
        `expected retry.maxAge to be ${least.toHumanString()} to ${most.toHumanString()}, found ${seconds} seconds`,
      );
    }
  }

  #sources({ hub, bus }: RuleSource, pattern: EventBridgePattern): readonly Source[] {
    if (bus !== undefined && hub !== undefined) this.#refuse('expected a hub or a bus, found both');
    if (hub !== undefined) return this.#hubSources(hub, pattern);
    if (bus === undefined) this.#refuse('expected a hub or a bus, found neither');
    this.#checkHere('bus', bus.env);
    return [{ id: 'Rule', bus, pattern }];
  }

  /** Each module has a bus of its own, which has events of no other module. */
  #hubSources(hub: HubReference, pattern: EventBridgePattern): readonly Source[] {
    const buses = new HubBuses(this, hub);
    this.#checkHere('hub', buses);
    const modules = [...new Set(pattern.detailType.map((type) => type.slice(0, type.indexOf('.'))))];
    return modules.map((module) => {
      const detailType = pattern.detailType.filter((type) => type.startsWith(`${module}.`));
      return {
        id: module,
        bus: EventBus.fromEventBusName(this, `${module}Bus`, buses.nameOf(module)),
        pattern: { ...pattern, source: [...new Set(detailType.map(sourceOf))], detailType },
      };
    });
  }

  #checkHere(what: 'bus' | 'hub', where: { readonly account: string; readonly region: string }): void {
    const stack = Stack.of(this);
    for (const part of ['account', 'region'] as const) {
      if (Token.compareStrings(where[part], stack[part]) !== TokenComparison.DIFFERENT) continue;
      this.#refuse(
        `expected a ${what} in the ${part} of the stack, ${stack[part]}, found one in ${where[part]}: a rule has to be ` +
          'where its bus is. Receive its events by a TidingsInbox, and pass its bus',
      );
    }
  }

  #refuse(message: string): never {
    throw new ConstructError('RULE_INVALID', `${this.node.path}: ${message}`);
  }
}

const sourceOf = (type: string): string => SOURCE_BY_TYPE[type as keyof typeof SOURCE_BY_TYPE];
