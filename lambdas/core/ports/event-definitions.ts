import type { Violation } from '@tidings/contracts';

/** What the hub knows of an event type, from its schema. */
export interface EventDefinition {
  readonly type: string;
  readonly module: string;
  /** The `source` that its events must have. */
  readonly source: string;
  /** What is wrong with an event's data, by its schema; empty if nothing. Paths point into the data. */
  validate(data: unknown): readonly Violation[];
}

/** All event types that the hub takes. */
export interface EventDefinitions {
  find(type: string): EventDefinition | undefined;
  readonly types: readonly string[];
}

/** Whether a type's events may go to browsers at all: only those do whose schema says so. */
export type IsBroadcast = (type: string) => boolean;
