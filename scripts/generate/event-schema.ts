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
  /** Names of the services that publish it, as the schema lists them; empty where it does not say. */
  readonly producers: readonly string[];
  /** Names of the services that are known to receive it; empty where the schema does not say. */
  readonly consumers: readonly string[];
  /** Whom to ask. */
  readonly owner: string | undefined;
  /** Whether the schema as a whole says `deprecated: true`: it goes on working, but nobody should begin to use it. */
  readonly deprecated: boolean;
  readonly title: string;
  readonly description: string;
  readonly examples: readonly unknown[];
  readonly schema: JsonObject;
}
