import { Annotations, Duration } from 'aws-cdk-lib';
import type { IRuleTarget, Rule, RuleTargetConfig } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

/** How often and how long EventBridge tries a target that fails, before the event goes to the dead letters. */
export interface Retry {
  /**
   * Attempts after the first, 0 to 185.
   * @default 185
   */
  readonly attempts?: number;
  /**
   * How old an event may become, 1 minute to 24 hours.
   * @default 24 hours
   */
  readonly maxAge?: Duration;
}

/** Source: EventBridge API reference, RetryPolicy. */
export const MOST_ATTEMPTS = 185;
export const MAX_AGE = { least: Duration.minutes(1), most: Duration.hours(24) } as const;

/**
 * A target with dead letters, and with the retries that were asked for, where it has none of its own. Without a word there is
 * no retry policy: that is EventBridge's own, and the CDK has it that targets which are buses take none.
 * Source: AWS CDK, `aws-events-targets`, EventBusProps.
 */
export class DependableTarget implements IRuleTarget {
  readonly #target: IRuleTarget;
  readonly #deadLetters: IQueue;
  readonly #retry: Retry;

  constructor(target: IRuleTarget, deadLetters: IQueue, retry: Retry) {
    this.#target = target;
    this.#deadLetters = deadLetters;
    this.#retry = retry;
  }

  bind(...[rule, id]: Parameters<IRuleTarget['bind']>): RuleTargetConfig {
    const { attempts, maxAge } = this.#retry;
    const config = this.#target.bind(rule, id);
    return {
      ...config,
      deadLetterConfig: config.deadLetterConfig ?? { arn: this.#deadLetters.queueArn },
      ...((attempts !== undefined || maxAge !== undefined) && {
        retryPolicy: config.retryPolicy ?? {
          maximumRetryAttempts: attempts ?? MOST_ATTEMPTS,
          maximumEventAgeInSeconds: (maxAge ?? MAX_AGE.most).toSeconds(),
        },
      }),
    };
  }
}

/** Lets a rule, and no other, send what it cannot deliver to a queue. */
export function grantDeadLetters(queue: IQueue, rule: Rule): void {
  const { statementAdded } = queue.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
    }),
  );
  if (statementAdded) return;
  Annotations.of(rule).addWarningV2(
    '@tidings/constructs:deadLetterPolicy',
    `The policy of ${queue.queueArn} cannot be changed from here. It has to let events.amazonaws.com send messages for this rule`,
  );
}
