import { EventPatternError } from '@tidings/client';
import type { IConstruct } from 'constructs';

/**
 * Says in the error of `eventPattern` for which construct of the app it was.
 * @throws EventPatternError that names the construct
 */
export function patternFor<Pattern>({ node }: IConstruct, make: () => Pattern): Pattern {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof EventPatternError)) throw cause;
    throw new EventPatternError(cause.code, `${node.path}: ${cause.message}`);
  }
}
