import { eventPattern, type PatternThatMatches } from '@tidings/client';
import { putEventsConditions } from '@tidings/contracts';
import { Aws, Stack, Token } from 'aws-cdk-lib';
import { CfnEventBusPolicy, EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { ConstructError } from './construct-error.ts';
import { HubBuses, type HubReference } from './hub.ts';
import { patternFor } from './pattern-for.ts';

export interface TidingsInboxProps<Pattern extends string> {
  /** The hub, in another account or another region. */
  readonly hub: HubReference;
  /** Which events may arrive: a type, or a pattern such as `bank.*`. */
  readonly pattern: Pattern & PatternThatMatches<Pattern>;
  /**
   * Name of the bus. Whoever runs the hub has to know it, so it is never made up.
   * @default `tidings-<environment>-inbox`
   */
  readonly busName?: string;
}

/** Source: EventBridge API reference, CreateEventBus, "Name". */
const BUS_NAME = /^(?!aws\.|default$)[.\-_A-Za-z0-9]{1,256}$/;

/**
 * A bus that a hub in another account or region sends events on to, for {@link TidingsRule}s with `bus: inbox.bus`.
 *
 * A rule on a hub's bus may send to a bus in any other account that lets it. So the hub's team deploys one
 * {@link TidingsRule} whose target is this bus, which they know by {@link busArn}; everything after that is in the hands of
 * this account. An event travels from bus to bus once: EventBridge sends nothing that a bus got from another bus on to a
 * third. Events of producers that put them on the hub's bus themselves therefore arrive here, and those of producers who
 * send them there by a rule on a bus of their own do not. Source: EventBridge user guide, "Sending and receiving events
 * between AWS accounts".
 */
export class TidingsInbox<const Pattern extends string> extends Construct {
  readonly bus: EventBus;

  /** @throws ConstructError HUB_INVALID; EventPatternError if the pattern is none for EventBridge */
  constructor(scope: Construct, id: string, props: TidingsInboxProps<Pattern>) {
    super(scope, id);
    const hub = new HubBuses(this, props.hub);
    const stack = Stack.of(this);
    if (hub.account === stack.account && hub.region === stack.region) {
      throw new ConstructError(
        'HUB_INVALID',
        `${this.node.path}: expected hub.account or hub.region to differ from those of the stack, found both the same. ` +
          'A TidingsRule takes events from there directly',
      );
    }
    const busName = props.busName ?? hub.nameOf('inbox');
    if (!Token.isUnresolved(busName) && !BUS_NAME.test(busName)) {
      throw new ConstructError(
        'HUB_INVALID',
        `${this.node.path}: expected busName to be up to 256 letters, digits, dots, hyphens and underscores, which do not ` +
          `begin with "aws." and are not "default", found ${JSON.stringify(busName)}`,
      );
    }
    const { source, detailType } = patternFor(this, () => eventPattern<Pattern>(props.pattern));
    this.bus = new EventBus(this, 'Bus', {
      eventBusName: busName,
      description: `Events of the hub ${props.hub.environment}`,
    });
    new CfnEventBusPolicy(this, 'Hub', {
      eventBusName: this.bus.eventBusName,
      statementId: 'Hub',
      statement: {
        Sid: 'Hub',
        Effect: 'Allow',
        Principal: { AWS: `arn:${Aws.PARTITION}:iam::${hub.account}:root` },
        Action: 'events:PutEvents',
        Resource: this.bus.eventBusArn,
        Condition: putEventsConditions({ sources: source, types: detailType }),
      },
    });
  }

  /** What the hub's team needs for their rule. */
  get busArn(): string {
    return this.bus.eventBusArn;
  }
}
