import { type ComponentType, type FunctionComponent, use } from 'react';

/** A page whose code comes when it is opened, or when a pointer is over a link to it. */
export type LazyPage = FunctionComponent & { readonly preload: () => Promise<void> };

/**
 * Makes a page out of what loads it. What could not be loaded, as without a network, fails once, and is asked for again by the
 * next try. The router's own way would load the whole console anew, and with it lose what is shown.
 */
export function lazyPage<Name extends string>(
  load: () => Promise<Readonly<Record<Name, ComponentType>>>,
  name: Name,
): LazyPage {
  let loading: Promise<ComponentType> | undefined;
  let loaded: ComponentType | undefined;
  const begin = (): Promise<ComponentType> => {
    loading ??= load().then(
      (parts) => {
        loaded = parts[name];
        return loaded;
      },
      (error) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  };
  function Page() {
    // What is there is drawn at once: the router scrolls to the part that an address names as soon as it has drawn.
    const Loaded = loaded ?? use(begin());
    return <Loaded />;
  }
  return Object.assign(Page, { preload: async () => void (await begin()) });
}
