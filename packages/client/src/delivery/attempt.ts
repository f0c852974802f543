/**
 * Runs something of the user's that may be asynchronous, and tells how it ended: at once if it did not wait, so that
 * nothing is put off that need not be.
 */
export function attempt<Value>(
  run: () => Value | PromiseLike<Value>,
  succeeded: (value: Value) => void,
  failed: (cause: unknown) => void,
): void {
  let value: Value | PromiseLike<Value>;
  try {
    value = run();
  } catch (cause) {
    failed(cause);
    return;
  }
  if (isPromiseLike(value)) value.then(succeeded, failed);
  else succeeded(value);
}

export const isPromiseLike = <Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
