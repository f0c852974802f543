/**
 * What must compile and what must not. Nothing here runs: the compiler is the test, on the sources and on the packed
 * package. A line under `@ts-expect-error` that compiles is an error.
 */
import {
  ConstructError,
  type ConstructErrorCode,
  type HubReference,
  type PublishedEvents,
  type Retry,
  TidingsInbox,
  type TidingsInboxProps,
  TidingsProducer,
  type TidingsProducerProps,
  TidingsRule,
  type TidingsRuleProps,
} from '@tidings/constructs';
import type { Stack } from 'aws-cdk-lib';
import type { EventBus, IRuleTarget } from 'aws-cdk-lib/aws-events';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';

declare const stack: Stack;
declare const bus: EventBus;
declare const lambda: LambdaFunction;
declare const target: IRuleTarget;

const hub: HubReference = { environment: 'dev' };
const targets = [target];

export function producers(): Readonly<Record<string, string>> {
  const producer = new TidingsProducer(stack, 'A', { hub, types: ['bank.transaction:created@v1'], modules: ['bank'] });
  producer.connect(lambda).assertSuccess();
  producer.grantPublish(lambda);
  const arn: string | undefined = producer.busArns.bank;
  // @ts-expect-error there is no such module
  producer.busArns.bnak;
  // @ts-expect-error there is no such type
  new TidingsProducer(stack, 'B', { hub, types: ['bank.transaction:craeted@v1'] });
  // @ts-expect-error there is no such module
  new TidingsProducer(stack, 'C', { hub, modules: ['bnak'] });
  // @ts-expect-error a hub has an environment
  new TidingsProducer(stack, 'D', { hub: {}, modules: ['bank'] });
  const props: TidingsProducerProps & PublishedEvents = { hub, modules: ['community'] };
  new TidingsProducer(stack, 'E', props);
  return { ...producer.environment, arn: arn ?? '' };
}

export function rules(): readonly unknown[] {
  const retry: Retry = { attempts: 3 };
  const rule = new TidingsRule(stack, 'A', { hub, pattern: 'bank.transaction:*', targets, retry });
  new TidingsRule(stack, 'B', {
    bus,
    pattern: 'bank.transaction:created@v1',
    conditions: { tenantid: 'acme', data: { status: { code: [{ numeric: ['>=', 200] }] } } },
    targets,
  });
  // @ts-expect-error nothing matches the pattern
  new TidingsRule(stack, 'C', { hub, pattern: 'bnak.*', targets });
  // @ts-expect-error a bus is in place of a hub
  new TidingsRule(stack, 'D', { hub, bus, pattern: 'bank.*', targets });
  // @ts-expect-error the events have to come from somewhere
  new TidingsRule(stack, 'E', { pattern: 'bank.*', targets });
  new TidingsRule(stack, 'F', {
    hub,
    pattern: 'bank.transaction:created@v1',
    // @ts-expect-error the data of these events has no such property
    conditions: { data: { amuont: 1 } },
    targets,
  });
  const props: TidingsRuleProps<'bank.*'> = { hub, pattern: 'bank.*', targets };
  return [...rule.rules, rule.deadLetterQueue, rule.metricUndelivered(), new TidingsRule(stack, 'G', props)];
}

export function inboxes(): string {
  const props: TidingsInboxProps<'*'> = { hub, pattern: '*' };
  const inbox = new TidingsInbox(stack, 'A', props);
  // @ts-expect-error nothing matches the pattern
  new TidingsInbox(stack, 'B', { hub, pattern: 'bank' });
  new TidingsRule(stack, 'C', { bus: inbox.bus, pattern: 'bank.*', targets });
  return inbox.busArn;
}

export const codeOf = (error: unknown): ConstructErrorCode | undefined =>
  error instanceof ConstructError ? error.code : undefined;
