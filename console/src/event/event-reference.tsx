import { Link } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useHub } from '../hub/hub-context.tsx';
import { useResource } from '../hub/use-resource.ts';
import { visibleText } from './visible-text.ts';

/**
 * An id that may be that of an event: a link if there is one that this session may see, and a text if not, whatever the
 * reason is.
 */
export function EventReference({ id }: { readonly id: string }) {
  const { history } = useHub();
  const read = useCallback((signal: AbortSignal) => history.event(id, { signal }), [history, id]);
  const { value } = useResource(read);
  const text = <bdi>{visibleText(id, 256)}</bdi>;
  return value === undefined ? (
    text
  ) : (
    <Link to="/events/$id" params={{ id }} title={value.type}>
      {text}
    </Link>
  );
}
