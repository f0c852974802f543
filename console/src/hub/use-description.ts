import { useCallback } from 'react';
import { type HubDescription, readDescription } from './description.ts';
import { useHub } from './hub-context.tsx';
import { type Resource, useResource } from './use-resource.ts';

/** Base URL of a hub → what it says about itself, which does not change while it runs. */
const kept = new Map<string, HubDescription>();

/** The event types of the hub, in its own words. */
export function useDescription(): Resource<HubDescription> {
  const { apiUrl } = useHub().configuration;
  const read = useCallback(
    async (signal: AbortSignal) => {
      const description = kept.get(apiUrl) ?? (await readDescription(apiUrl, signal));
      kept.set(apiUrl, description);
      return description;
    },
    [apiUrl],
  );
  return useResource(read);
}
