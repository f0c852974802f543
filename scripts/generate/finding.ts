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

/** What to do, where the message alone does not say it. */
const ADVICE: Partial<Readonly<Record<FindingCode, string>>> = {
  SCHEMAS_MISSING: 'Add schemas/<module>/<entity>-<action>.v1.json.',
  SCHEMA_PATH_UNEXPECTED: 'Move it into the folder of its module.',
  SCHEMA_KEY_REFUSED: 'Give it another name: in a program it would set a prototype, not a property.',
  SCHEMA_KEYWORD_UNKNOWN: 'Mend the spelling, or move it into "description".',
  REFERENCE_OUTSIDE_FILE:
    'Copy what it refers to into "$defs" of this file: a published schema must not change with another.',
  REFERENCE_UNRESOLVED: 'Mend the pointer, or add the definition.',
  REFERENCE_RECURSIVE: 'Limit the depth, by writing out as many levels as there may be.',
  TIDINGS_KEY_UNKNOWN: 'Mend the spelling, or remove it.',
  TYPE_DUPLICATE: 'Remove one of the files, or give its event another action or version.',
  FILE_NAME_MISMATCH: 'Rename the file, or mend "type".',
  MODULE_MISMATCH: 'Move the file to the folder of its module, or mend "type".',
  EXAMPLES_MISSING:
    'Add "examples": [ … ] with data as a producer would send it; documentation and tests use the first.',
  EXAMPLE_INVALID: 'Mend the example, or the schema if the example is what producers send.',
};

/** One line for a terminal: `error bank/x.json#/properties/a KEY: message. What to do.` */
export const formatFinding = ({ severity, code, file, pointer, message }: Finding): string => {
  const advice = ADVICE[code];
  return `${severity} ${file}${pointer === '' ? '' : `#${pointer}`} ${code}: ${message}${advice === undefined ? '' : `. ${advice}`}`;
};

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
