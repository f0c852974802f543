import type { EventSchema } from '../../event-schema.ts';
import { commandLine } from './command-line.ts';
import { csharp } from './csharp.ts';
import { curl } from './curl.ts';
import { eventBridge } from './event-bridge.ts';
import type { SnippetLanguage, Usage, UsageSection } from './snippet.ts';
import { typescript } from './typescript.ts';

export type { Snippet, Usage, UsageSection } from './snippet.ts';

/** In the order of the tabs. Another language is one more file, and one more word here. */
const LANGUAGES: readonly SnippetLanguage[] = [typescript, csharp, commandLine, curl, eventBridge];

/** How to publish and to receive events of a type. */
export function usageOf(
  schema: EventSchema,
  bus: string,
): { readonly publish: UsageSection; readonly subscribe: UsageSection } {
  const sectionOf = (what: 'publish' | 'subscribe'): Usage[] =>
    LANGUAGES.map((language) => ({
      id: language.id,
      label: language.label,
      snippets: language[what]({ schema, bus }),
    })).filter(({ snippets }) => snippets.length > 0);
  return { publish: sectionOf('publish'), subscribe: sectionOf('subscribe') };
}
