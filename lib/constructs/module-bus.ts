import { Duration } from 'aws-cdk-lib';
import {
  Archive,
  EventBus,
  Match,
  Rule,
  RuleTargetInput,
  type RuleTargetInputProperties,
} from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { HubKey } from './hub-key.ts';
import type { Intake } from './intake.ts';

export interface ModuleBusProps {
  /** Name of the module, such as `bank`. */
  readonly module: string;
  /** Name of the bus; unique within account and region. */
  readonly busName: string;
  readonly intake: Intake;
  /** Days that EventBridge keeps what was put on the bus, for a replay; 0: it keeps nothing. */
  readonly archiveDays: number;
  /** Encrypts the bus, its rule and its archive. @default keys of AWS */
  readonly key?: HubKey | undefined;
}

/** Name of the rule that passes everything on. */
export const EVERYTHING_RULE = 'everything';

/** A rule and an archive need a pattern; every event has a source. */
const EVERYTHING = { source: Match.prefix('') };

/**
 * The event bus of one module, and the rule that passes on everything that was put on it. A bus is a permission
 * boundary: who may put on this one may publish this module's events and no others.
 */
export class ModuleBus extends Construct {
  readonly module: string;
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, props: ModuleBusProps) {
    super(scope, id);
    this.module = props.module;
    this.bus = new EventBus(this, 'Bus', {
      eventBusName: props.busName,
      description: `Events of the module ${props.module}`,
      // What EventBridge cannot encrypt, or decrypt, goes where it goes if it cannot be delivered.
      ...(props.key !== undefined && {
        kmsKey: props.key.key,
        deadLetterQueue: props.intake.undeliverable.queue,
      }),
    });
    if (props.key !== undefined) {
      props.intake.undeliverable.queue.grantSendMessages(
        new ServicePrincipal('events.amazonaws.com', {
          conditions: { ArnEquals: { 'aws:SourceArn': this.bus.eventBusArn } },
        }),
      );
    }
    new Rule(this, 'Everything', {
      // Its metrics go by this name, which is unique on the bus.
      ruleName: EVERYTHING_RULE,
      description: `Everything on the bus of ${props.module} goes to the intake: nothing accepted may vanish`,
      eventBus: this.bus,
      eventPattern: EVERYTHING,
      targets: [
        new SqsQueue(props.intake.queue, {
          message: new FromModule(props.module),
          deadLetterQueue: props.intake.undeliverable.queue,
        }),
      ],
    });
    if (props.archiveDays > 0) {
      // It makes a rule of its own on the bus, which counts towards the quota of rules, and which leaves out what is
      // replayed. Source: EventBridge user guide, "Archiving and replaying events".
      new Archive(this.bus, 'Archive', {
        sourceEventBus: this.bus,
        description: `What was put on the bus of ${props.module}; docs/repairing.md says how to replay it`,
        eventPattern: EVERYTHING,
        retention: Duration.days(props.archiveDays),
        ...(props.key !== undefined && { kmsKey: props.key.key }),
      });
    }
  }
}

/**
 * The message: the event as it came, and the module on whose bus it was, which the event itself could only claim.
 *
 * `<aws.events.event.json>` is the whole event as a JSON value.
 * Source: EventBridge user guide, "Input transformation", predefined variables.
 */
class FromModule extends RuleTargetInput {
  readonly #module: string;

  constructor(module: string) {
    super();
    this.#module = module;
  }

  override bind(): RuleTargetInputProperties {
    return { inputTemplate: `{"module":${JSON.stringify(this.#module)},"event":<aws.events.event.json>}` };
  }
}
