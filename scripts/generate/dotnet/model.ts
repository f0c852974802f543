/** A type of C#, and what a program has to know to write a value of it. */
export type CsType =
  | { readonly kind: 'json' }
  | { readonly kind: 'text' | 'boolean' | 'long' | 'int' | 'double' | 'decimal' | 'timestamp' | 'date' }
  | { readonly kind: 'declared'; readonly name: string }
  | { readonly kind: 'list' | 'map'; readonly of: CsType; readonly nullableItems: boolean };

export interface CsProperty {
  readonly wireName: string;
  readonly name: string;
  readonly type: CsType;
  readonly required: boolean;
  /** Whether `null` is a value that data may hold. */
  readonly nullable: boolean;
  /** A literal of C#, where the schema allows nothing else. */
  readonly constant: string | undefined;
  readonly documentation: Documentation;
}

export interface Documentation {
  readonly summary: string;
  /** XML. */
  readonly remarks: string;
  readonly deprecated: boolean;
}

export interface CsRecord {
  readonly kind: 'record';
  readonly name: string;
  readonly properties: readonly CsProperty[];
  /** The name of the property that keeps members without one of their own, where there may be any. */
  readonly others: string | undefined;
  readonly documentation: Documentation;
}

export interface CsEnum {
  readonly kind: 'enum';
  readonly name: string;
  readonly members: readonly { readonly name: string; readonly value: string }[];
  readonly documentation: Documentation;
}

export type CsDeclaration = CsRecord | CsEnum;

/** All types of one event: first that of its data. */
export interface CsModel {
  readonly name: string;
  readonly declarations: readonly CsDeclaration[];
}
