import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  redirect,
} from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import { Layout } from './layout/layout.tsx';
import { type LazyPage, lazyPage } from './lazy-page.tsx';
import { readSearch } from './pages/history/history-search.ts';
import { Button } from './ui/button.tsx';
import { Empty, Loading, Problem } from './ui/notice.tsx';
import { Page } from './ui/page.tsx';

const root = createRootRoute({ component: Layout, notFoundComponent: NotFound });

const page = <Path extends string>(path: Path, component: LazyPage) =>
  createRoute({ getParentRoute: () => root, path, component });

const routes = root.addChildren([
  createRoute({
    getParentRoute: () => root,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: '/live', replace: true });
    },
  }),
  page(
    '/live',
    lazyPage(() => import('./pages/live/live-page.tsx'), 'LivePage'),
  ),
  createRoute({
    getParentRoute: () => root,
    path: '/publish',
    validateSearch: ({ type }): { readonly type?: string } => (type === undefined ? {} : { type: String(type) }),
    component: lazyPage(() => import('./pages/publish/publish-page.tsx'), 'PublishPage'),
  }),
  page(
    '/personas',
    lazyPage(() => import('./pages/personas/personas-page.tsx'), 'PersonasPage'),
  ),
  createRoute({
    getParentRoute: () => root,
    path: '/history',
    validateSearch: readSearch,
    component: lazyPage(() => import('./pages/history/history-page.tsx'), 'HistoryPage'),
  }),
  page(
    '/events/$id',
    lazyPage(() => import('./pages/event/event-page.tsx'), 'EventPage'),
  ),
  createRoute({
    getParentRoute: () => root,
    path: '/subscriptions',
    validateSearch: ({ name }): { readonly name?: string } => (name === undefined ? {} : { name: String(name) }),
    component: lazyPage(() => import('./pages/subscriptions/subscriptions-page.tsx'), 'SubscriptionsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/health',
    validateSearch: ({ minutes, queue }): { readonly minutes?: unknown; readonly queue?: unknown } => ({
      ...(minutes !== undefined && { minutes }),
      ...(queue !== undefined && { queue }),
    }),
    component: lazyPage(() => import('./pages/health/health-page.tsx'), 'HealthPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/catalogue',
    validateSearch: ({ q }): { readonly q?: string } => (q === undefined || q === '' ? {} : { q: String(q) }),
    component: lazyPage(() => import('./pages/catalogue/catalogue-page.tsx'), 'CataloguePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/catalogue/$type',
    loader: async ({ params }) => await (await import('./pages/catalogue/loader.ts')).loadType(params.type),
    component: lazyPage(() => import('./pages/catalogue/type-page.tsx'), 'TypePage'),
  }),
]);

/**
 * The place lies in the fragment of the address: the page works below any path of any host, and what somebody looks at,
 * such as the id of an event, reaches no server's log.
 */
export const router = createRouter({
  routeTree: routes,
  history: createHashHistory(),
  defaultPendingComponent: () => <Loading lines={8} />,
  defaultErrorComponent: Failed,
  defaultPreload: 'intent',
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

function Failed({ error, reset }: ErrorComponentProps) {
  const again = useCallback(() => {
    reset();
    void router.invalidate();
  }, [reset]);
  // Its code may only have wanted a network.
  useEffect(() => {
    window.addEventListener('online', again);
    return () => window.removeEventListener('online', again);
  }, [again]);
  return (
    <Page title="This page failed">
      <Problem error={error} action={<Button onClick={again}>Try again</Button>} />
    </Page>
  );
}

function NotFound() {
  return (
    <Page title="There is no such page">
      <Empty title="The address leads nowhere">
        <p>Choose a page from the navigation.</p>
      </Empty>
    </Page>
  );
}
