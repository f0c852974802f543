/** What can be wrong with a schema file. Errors stop the generation; warnings are printed and change nothing. */
export type FindingCode =
  | 'SCHEMAS_MISSING'
  | 'SCHEMA_PATH_UNEXPECTED'
  | 'SCHEMA_NOT_JSON'
  | 'SCHEMA_KEY_REFUSED'
  | 'SCHEMA_DIALECT_UNEXPECTED'
  | 'SCHEMA_INVALID'
  | 'SCHEMA_KEYWORD_UNKNOWN'
  | 'SCHEMA_ID_MISMATCH'
  | 'SCHEMA_TITLE_MISSING'
  | 'REFERENCE_OUTSIDE_FILE'
  | 'REFERENCE_UNRESOLVED'
  | 'REFERENCE_RECURSIVE'
  | 'TIDINGS_MISSING'
  | 'TIDINGS_KEY_UNKNOWN'
  | 'TIDINGS_VALUE_INVALID'
  | 'TYPE_INVALID'
  | 'TYPE_DUPLICATE'
  | 'FILE_NAME_MISMATCH'
  | 'MODULE_MISMATCH'
  | 'SOURCE_MISMATCH'
  | 'SOURCE_AMBIGUOUS'
  | 'NAME_COLLISION'
  | 'EXAMPLES_MISSING'
  | 'EXAMPLE_INVALID'
  | 'OBJECT_OPEN'
  | 'DESCRIPTION_MISSING';

/** One thing that is wrong, and where. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly code: FindingCode;
  /** The file below `schemas/`, such as `bank/test-created.v1.json`. */
  readonly file: string;
  /** JSON pointer into the file (RFC 6901); empty for the file as a whole. */
  readonly pointer: string;
  /** What was found and what was expected. */
  readonly message: string;
}

export const errorAt = (code: FindingCode, file: string, pointer: string, message: string): Finding => ({
  severity: 'error',
  code,
  file,
  pointer,
  message,
});

export const warningAt = (code: FindingCode, file: string, pointer: string, message: string): Finding => ({
  severity: 'warning',
  code,
  file,
  pointer,
  message,
});

/** One line for a terminal: `error bank/x.json#/properties/a KEY: message`. */
export const formatFinding = ({ severity, code, file, pointer, message }: Finding): string =>
  `${severity} ${file}${pointer === '' ? '' : `#${pointer}`} ${code}: ${message}`;

/** Thrown when schemas hold errors. Nothing has been generated; `findings` names every one of them. */
export class SchemasRefused extends Error {
  override readonly name = 'SchemasRefused';
  readonly code = 'SCHEMAS_REFUSED';
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    super(`The schemas were refused:\n${findings.map(formatFinding).join('\n')}`);
    this.findings = findings;
  }
}
