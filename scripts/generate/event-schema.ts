import type { JsonObject } from './json-value.ts';

/** A schema that has passed every check: what the emitters work from. */
export interface EventSchema {
  readonly file: string;
  readonly type: string;
  readonly module: string;
  readonly entity: string;
  readonly action: string;
  readonly version: number;
  readonly source: string;
  readonly clientBroadcast: boolean;
  readonly title: string;
  readonly description: string;
  readonly examples: readonly unknown[];
  readonly schema: JsonObject;
}
