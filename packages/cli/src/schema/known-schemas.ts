import schemas from '@tidings/contracts/gen/schemas.json' with { type: 'json' };

/** An event type with everything that its schema says. */
export interface KnownSchema {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  /** Whom to ask. */
  readonly owner: string | null;
  readonly producers: readonly string[];
  readonly consumers: readonly string[];
  readonly source: string;
  /** What publishing takes. */
  readonly scope: string;
  readonly clientBroadcast: boolean;
  readonly deprecated: boolean;
  /** The property table, each row followed by what is inside it. */
  readonly properties: readonly PropertyRow[];
  /** JSON Schema, draft 2020-12. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/** A row of the property table. */
export interface PropertyRow {
  readonly name: string;
  /** 0 for members of the data itself. */
  readonly depth: number;
  readonly type: string;
  readonly isRequired: boolean;
  readonly isDeprecated: boolean;
  readonly restrictions: readonly { readonly label: string; readonly values: readonly string[] }[];
  readonly description: string;
  /** Values that it may have, where the schema describes them one by one. */
  readonly values: readonly { readonly value: string; readonly description: string }[];
}

/** All types that have a schema, sorted. What is imported is generated from the same schemas as everything else. */
export const KNOWN_SCHEMAS = schemas as readonly KnownSchema[];
