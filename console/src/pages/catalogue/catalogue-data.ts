/**
 * The catalogue as it is built into the page from the schemas of the repository, by `scripts/console/catalogue-plugin.ts`.
 * It is all text: whatever a schema says stays what it is, and nothing of it becomes markup.
 */
export interface CatalogueIndex {
  /** Sorted by name. */
  readonly modules: readonly IndexModule[];
}

export interface IndexModule {
  readonly name: string;
  readonly source: string;
  /** The scope that publishing takes. */
  readonly scope: string;
  readonly buses: readonly Bus[];
  /** Sorted by type. */
  readonly entries: readonly IndexEntry[];
}

export interface Bus {
  readonly environment: string;
  readonly name: string;
}

/** What the list of all types says of one. */
export interface IndexEntry {
  readonly type: string;
  readonly title: string;
  readonly owner: string | null;
  readonly producers: readonly string[];
  readonly consumers: readonly string[];
  /** Whether it may reach browsers. */
  readonly clientBroadcast: boolean;
  readonly isDeprecated: boolean;
}

/** Everything about one event type. */
export interface TypeData extends IndexEntry {
  readonly description: RichText;
  readonly module: string;
  readonly version: number;
  readonly source: string;
  readonly scope: string;
  readonly buses: readonly Bus[];
  /** Path of the schema in the repository. */
  readonly schemaFile: string;
  /** The schema itself, as JSON. */
  readonly schema: string;
  /** Valid data, as JSON. */
  readonly examples: readonly CodeTokens[];
  readonly properties: readonly PropertyData[];
  readonly enumerations: readonly EnumerationData[];
  readonly publish: readonly Usage[];
  readonly receive: readonly Usage[];
  /** Every version of the type, newest first. */
  readonly versions: readonly VersionData[];
}

/** A row of the table of properties. */
export interface PropertyData {
  /** `alternative` for one of several shapes that what is above it may have. */
  readonly kind: 'property' | 'alternative';
  /** No two rows of a type have the same. */
  readonly anchor: string;
  readonly path: string;
  readonly name: string;
  /** 0 for members of the data itself. */
  readonly depth: number;
  readonly type: string;
  readonly isRequired: boolean;
  readonly isDeprecated: boolean;
  readonly restrictions: readonly { readonly label: string; readonly values: readonly string[] }[];
  readonly description: RichText;
}

export interface EnumerationData {
  readonly path: string;
  /** That of its property. */
  readonly anchor: string;
  readonly values: readonly { readonly value: string; readonly description: RichText }[];
}

/** A language or a tool, and how it is done with it. */
export interface Usage {
  readonly id: string;
  readonly label: string;
  readonly snippets: readonly { readonly title: RichText; readonly code: CodeTokens }[];
}

export interface VersionData {
  readonly version: number;
  readonly type: string;
  readonly isDeprecated: boolean;
  /** The version that the changes are since; null for the first that there is. */
  readonly previous: number | null;
  readonly changes: readonly VersionChange[];
}

export interface VersionChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly path: string;
  readonly details: readonly string[];
}

/** Code in pieces: plain text, or text with what it is, such as `keyword`. The pieces together are the code. */
export type CodeTokens = readonly (string | readonly [kind: string, text: string])[];

/** A description with its paragraphs, lists, emphasis, code and links. */
export type RichText = readonly RichNode[];

export type RichNode =
  | string
  | {
      /** Name of an HTML element. */
      readonly tag: string;
      /** Of a link. */
      readonly href?: string;
      readonly children: RichText;
    };
