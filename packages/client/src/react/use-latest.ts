import { type RefObject, useInsertionEffect, useRef } from 'react';

/**
 * What was rendered last, for calls that come later from outside. An insertion effect, because it runs before all other
 * effects, also where nothing is shown, and says nothing on a server. Not for use while rendering.
 */
export function useLatest<Value>(value: Value): Readonly<RefObject<Value>> {
  const latest = useRef(value);
  useInsertionEffect(() => {
    latest.current = value;
  });
  return latest;
}
