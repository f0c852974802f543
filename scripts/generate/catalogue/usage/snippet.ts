import type { EventSchema } from '../../event-schema.ts';

/** Code that a reader can copy. */
export interface Snippet {
  /** What it is for, when a language has several: `From a Lambda, to the bus`. */
  readonly title: string;
  readonly code: string;
  readonly language: 'typescript' | 'csharp' | 'sh';
}

/** One way to do something: a tab on the page. */
export interface Usage {
  /** Stays the same whatever the label says: pages remember by it which tab somebody prefers. */
  readonly id: string;
  readonly label: string;
  readonly snippets: readonly Snippet[];
}

export type UsageSection = readonly Usage[];

export interface SnippetSubject {
  readonly schema: EventSchema;
  /** The bus of the first environment. */
  readonly bus: string;
}

/** A language, or a tool, that the catalogue shows how to use. One file for each; a new one is listed in `index.ts`. */
export interface SnippetLanguage {
  readonly id: string;
  readonly label: string;
  publish(subject: SnippetSubject): readonly Snippet[];
  subscribe(subject: SnippetSubject): readonly Snippet[];
}

/** The tenant of all examples. */
export const TENANT = 'acme';
