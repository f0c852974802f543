import { Link, Outlet } from '@tanstack/react-router';
import { useHub, useSession } from '../hub/hub-context.tsx';
import { Pill } from '../ui/pill.tsx';
import { Banners } from './banners.tsx';
import { ConnectionPill } from './connection-pill.tsx';
import styles from './layout.module.css';
import { Navigation } from './navigation.tsx';
import { ThemeButton } from './theme-button.tsx';
import { Who } from './who.tsx';

/** What is around every page. */
export function Layout() {
  const { configuration } = useHub();
  const { identity } = useSession();
  // What one has seen, chosen or begun to write is nothing of the next one's: pages begin anew for somebody else.
  const { tenant, organizations, user, roles } = identity;
  const whoever = JSON.stringify([tenant, user, organizations, roles]);
  return (
    <div className={styles['layout']}>
      {/* A link would change the fragment of the address, which is the page. */}
      <button type="button" className={styles['skip']} onClick={() => document.getElementById('main')?.focus()}>
        Skip to content
      </button>
      <header className={styles['header']}>
        <Link to="/live" className={styles['brand']}>
          <img src="./favicon.svg" alt="" width={24} height={24} />
          <span className={styles['wide']}>Tidings</span>
          <span className="visually-hidden">Home</span>
        </Link>
        <Pill tone={configuration.environment === 'prod' ? 'bad' : 'quiet'}>
          {configuration.sandbox === undefined ? configuration.environment : 'sandbox'}
        </Pill>
        <div className={styles['end']}>
          <ConnectionPill />
          <Who />
          <ThemeButton />
        </div>
      </header>
      <Navigation />
      <main id="main" className={styles['main']} tabIndex={-1}>
        <Banners />
        <Outlet key={whoever} />
      </main>
    </div>
  );
}
