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

loadConfiguration().then(
  (configuration) =>
    createRoot(root).render(
      <StrictMode>
        <App configuration={configuration} />
      </StrictMode>,
    ),
  (error) => createRoot(root).render(<Problem error={error} title="This page does not find its hub" />),
);
