export { TidingsProvider, type TidingsProviderProps } from './provider.ts';
export { useEvent } from './use-event.ts';
export { type UseEventsOptions, useEvents } from './use-events.ts';
export { type Tidings, useTidings } from './use-tidings.ts';
