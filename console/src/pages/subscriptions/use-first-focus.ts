import { useEffect, useRef } from 'react';

/** For the field that a dialog begins with: by itself, the browser would take the dialog's first button. */
export function useFirstFocus() {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return input;
}
