import type { Violation } from '@tidings/contracts';

export type UnfitCode =
  /** The stream does not say what the item was like: it is one of keys, or of new images only. */
  | 'IMAGES_MISSING'
  /** An attribute that has to be there is not, or is none of the kind that is expected. */
  | 'ITEM_INCOMPLETE'
  /** A value that JSON cannot hold: binary, or a number that would lose digits. */
  | 'VALUE_UNFIT'
  /** What came of the item is no event that the hub takes, by its attributes. */
  | 'EVENT_MALFORMED'
  /** What came of the item breaks the schema of its type. */
  | 'EVENT_DATA_INVALID'
  | 'EVENT_TOO_LARGE'
  /** The bus refuses it, and would refuse it again. */
  | 'BUS_REFUSED';

/** A change of which no event can be made, however often it is tried. Its message is for whoever may read the item: it may quote it. */
export class UnfitChange extends Error {
  override readonly name = 'UnfitChange';
  readonly code: UnfitCode;
  readonly errors: readonly Violation[];

  constructor(code: UnfitCode, message: string, errors: readonly Violation[] = []) {
    super(message);
    this.code = code;
    this.errors = errors;
  }
}
