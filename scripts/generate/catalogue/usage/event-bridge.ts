import { moduleValueName, typeName } from '../../names.ts';
import { quoted } from '../../source-text.ts';
import type { SnippetLanguage } from './snippet.ts';

const capitalized = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

/** A rule of EventBridge, for consumers that live in AWS. */
export const eventBridge: SnippetLanguage = {
  id: 'event-bridge',
  label: 'EventBridge',
  publish: () => [],
  subscribe: ({ schema, bus }) => {
    const name = typeName(schema);
    return [
      {
        title: 'A rule of the CDK, to any target',
        language: 'typescript',
        code: `import { eventPattern } from '@tidings/client';
import { EventBus, type IRuleTarget, Rule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';

export function on${name}(scope: Construct, target: IRuleTarget): Rule {
  return new Rule(scope, ${quoted(name)}, {
    eventBus: EventBus.fromEventBusName(scope, ${quoted(`${capitalized(moduleValueName(schema.module))}Bus`)}, ${quoted(bus)}),
    eventPattern: eventPattern(${quoted(schema.type)}),
    targets: [target],
  });
}`,
      },
    ];
  },
};
