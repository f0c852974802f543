import { eventPattern, type PatternThatMatches } from '@tidings/client';
import { putEventsConditions } from '@tidings/contracts';
import { Aws } from 'aws-cdk-lib';
import { CfnEventBusPolicy, EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { HubBuses, type HubReference } from './hub.ts';

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

/**
 * A bus that a hub in another account or region sends events on to, for {@link TidingsRule}s with `bus: inbox.bus`.
 *
 * A rule has to be in the account of its bus, and from there it may send to a bus in any other account that lets it. So the
 * hub's team deploys one rule whose target is this bus, which they know by {@link busArn}; everything after that is in the
 * hands of this account. An event travels from bus to bus once: EventBridge sends nothing that a bus got from another bus
 * on to a third. Events of producers that put them on the hub's bus themselves therefore arrive here, and those of producers
 * who send them there by a rule on a bus of their own do not. Source: EventBridge user guide, "Sending events between event
 * buses".
 */
export class TidingsInbox<const Pattern extends string> extends Construct {
  readonly bus: EventBus;

  /** @throws ConstructError HUB_INVALID; EventPatternError if the pattern is none for EventBridge */
  constructor(scope: Construct, id: string, props: TidingsInboxProps<Pattern>) {
    super(scope, id);
    const hub = new HubBuses(this, props.hub);
    const { source, detailType } = eventPattern<Pattern>(props.pattern);
    this.bus = new EventBus(this, 'Bus', {
      eventBusName: props.busName ?? hub.nameOf('inbox'),
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
