import type { RecordedEvent, TidingsEvent } from '@tidings/client';
import { curlOf, typescriptOf } from './snippets.ts';
import { UNSEEN, unveiled } from './unseen.ts';

/** An event as the hub delivers it, by whichever client. */
export type SeenEvent = RecordedEvent | TidingsEvent;

/** What the hub has added, and what belongs to that one happening: another event has its own. */
const OF_THE_RECORDED = new Set(['id', 'time', 'sequence', 'recordedtime', 'dataref', 'traceparent', 'tracestate']);

/** More hidden characters than these are not drawn one by one: each is an element, and thousands stop the page. */
const MOST_DRAWN = 200;

function hidesMuch(text: string): boolean {
  let count = 0;
  for (const _ of text.matchAll(UNSEEN)) {
    count += 1;
    if (count > MOST_DRAWN) return true;
  }
  return false;
}

/** Nested deeper than this, the indentation would be most of the text, and nobody could follow it. */
const MOST_INDENTED = 100;

function isDeep(value: unknown): boolean {
  // Not by calls in calls: it may be deeper than those can go.
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_INDENTED) return true;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
}

/**
 * JSON, indented where that helps, for people.
 * @param isPlain leaves characters as they are, unless very many are hidden: for a view that shows those by itself
 */
export function asJson(value: unknown, isPlain = false): string {
  try {
    const text = JSON.stringify(value, null, isDeep(value) ? 0 : 2) ?? 'null';
    return isPlain && !hidesMuch(text) ? text : unveiled(text);
  } catch (error) {
    // Nested deeper than the browser's stack, or no JSON at all.
    return `(This cannot be written as JSON: ${error instanceof Error ? error.name : typeof error})`;
  }
}

/** As it would be published again: without what the hub has added, as an event of its own. */
export function asNewEvent(event: SeenEvent): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(event).filter(([name]) => !OF_THE_RECORDED.has(name)));
}

/** The command that publishes an event of the same content. */
export function asCurl(event: SeenEvent, apiUrl: string, id: string): string {
  const { specversion, ...others } = asNewEvent(event);
  return curlOf(apiUrl, [{ specversion, id, ...others }]);
}

/** The program that publishes an event of the same content. */
export const asTypeScript = (event: SeenEvent, apiUrl: string): string => typescriptOf(apiUrl, [asNewEvent(event)]);
