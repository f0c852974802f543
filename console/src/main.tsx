import './styles/tokens.css';
import './styles/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { loadConfiguration } from './configuration.ts';
import { applyTheme, chosenTheme } from './layout/theme.ts';
import { router } from './router.tsx';
import { Problem } from './ui/notice.tsx';

applyTheme(chosenTheme());

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has lost its #root');

// The page that the address names comes meanwhile; if it does not, the router says so when it shows it.
router.preloadRoute({ to: router.latestLocation.pathname }).catch(() => undefined);

const page = createRoot(root, {
  // Nothing caught it, so nothing is left of the page; a white one would say nothing.
  onUncaughtError: (error) => {
    reportError(error);
    page.render(<Problem error={error} title="This page failed; load it again" />);
  },
});

loadConfiguration().then(
  (configuration) =>
    page.render(
      <StrictMode>
        <App configuration={configuration} />
      </StrictMode>,
    ),
  (error) => page.render(<Problem error={error} title="This page does not find its hub" />),
);
