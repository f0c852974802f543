import { compilePattern, type Matcher } from './event-pattern.ts';
import type { Resource } from './template.ts';

const EVENT = '<aws.events.event.json>';
/** Services that a target may be of, as they stand in an ARN. */
const TARGETS: readonly string[] = ['sqs', 'lambda', 'events'];

interface Target {
  readonly id: string;
  readonly arn: string;
  readonly deadLetterArn?: string;
  /** Message of an event. */
  readonly format: (event: string) => string;
}

export interface Rule {
  readonly bus: string;
  readonly arn: string;
  readonly matches: Matcher;
  readonly targets: readonly Target[];
}

/** @throws SandboxError for a pattern or a target that the sandbox does not know */
export function toRule(resource: Resource): Rule {
  const { properties } = resource;
  return {
    bus: properties.text('EventBusName', 'default'),
    arn: resource.attribute('Arn'),
    matches: compilePattern(
      properties.raw('EventPattern'),
      `Resource "${resource.id}" (${resource.type}), EventPattern`,
    ),
    targets: properties.objects('Targets').map((target) => {
      const arn = target.text('Arn');
      if (!TARGETS.includes(arn.split(':')[2] ?? '')) {
        target.refuse(
          'Arn',
          `found ${arn}, expected the ARN of a queue, a function or a bus: the sandbox knows no others`,
        );
      }
      const transformer = target.object('InputTransformer');
      const deadLetters = target.object('DeadLetterConfig');
      return {
        id: target.text('Id'),
        arn,
        ...(deadLetters.has('Arn') && { deadLetterArn: deadLetters.text('Arn') }),
        format: target.has('InputTransformer')
          ? toFormat(transformer.text('InputTemplate'), (message) => transformer.refuse('InputTemplate', message))
          : (event: string) => event,
      };
    }),
  };
}

/** A template's variables are found once, so that what they bring in is not looked at again. */
function toFormat(template: string, refuse: (message: string) => never): Target['format'] {
  const parts = template.split(EVENT);
  const unknown = parts.map((part) => /<[^<>]*>/.exec(part)?.[0]).find((found) => found !== undefined);
  if (unknown !== undefined) refuse(`uses ${unknown}, which the sandbox does not know. It knows: ${EVENT}`);
  return (event) => parts.join(event);
}
