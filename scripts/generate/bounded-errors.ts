/**
 * Bundled into `packages/contracts/gen/validators.js`: the only part of it that a person wrote.
 *
 * Going on after the first error helps whoever has to mend an event, and helps an attacker too: an array of 100,000
 * wrong items is 200 kB to send and 100,000 error objects to make. So the quick validator decides, and the thorough
 * one runs only on data so small that its errors cannot be many.
 */

interface ValidationError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Record<string, unknown>;
  readonly message?: string;
}

export type ValidateFunction = ((data: unknown) => boolean) & { errors?: readonly ValidationError[] | null };

/** What is compiled of one schema. */
interface Compiled {
  readonly quick: ValidateFunction;
  readonly thorough: ValidateFunction;
}

/** Values (members and items, at any depth) up to which all errors are collected. */
export const THOROUGH_VALUES = 1000;

/**
 * A validator that reports every error in small data, and the first one in large data.
 * @param compiled gives the type's own module, asked only when data comes: functions load it then
 */
export function boundErrors(compiled: () => Compiled): ValidateFunction {
  const validate: ValidateFunction = (data) => {
    const { quick, thorough } = compiled();
    if (quick(data)) {
      validate.errors = null;
      return true;
    }
    if (hasAtMost(THOROUGH_VALUES, data) && !thorough(data)) validate.errors = thorough.errors ?? null;
    else validate.errors = quick.errors ?? null;
    // The compiled validators keep their last errors; ours is the only copy that should.
    quick.errors = null;
    thorough.errors = null;
    return false;
  };
  return validate;
}

/** Counts with a stack of its own, because the data may be nested deeper than the call stack is. */
function hasAtMost(limit: number, data: unknown): boolean {
  const open: unknown[] = [data];
  let left = limit;
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    // An array says its length at once; it must not be copied to be counted.
    if (Array.isArray(value) && value.length > left) return false;
    const inner: unknown[] = Object.values(value);
    left -= inner.length;
    if (left < 0) return false;
    for (const item of inner) if (typeof item === 'object' && item !== null) open.push(item);
  }
  return true;
}
