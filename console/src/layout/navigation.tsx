import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useHub } from '../hub/hub-context.tsx';
import styles from './layout.module.css';
import { PLACES } from './places.ts';

/** Leads to the pages. On a phone it is a row that scrolls, in which the page that is open is always to be seen. */
export function Navigation() {
  const { sandbox } = useHub().configuration;
  const { pathname } = useLocation();
  const list = useRef<HTMLUListElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another page is open
  useEffect(() => {
    const open = list.current?.querySelector<HTMLElement>('[aria-current="page"]');
    if (open) list.current?.scrollTo({ left: open.offsetLeft - (list.current.clientWidth - open.offsetWidth) / 2 });
  }, [pathname]);
  return (
    <nav className={styles['navigation']} aria-label="Pages">
      <ul ref={list}>
        {PLACES.filter(({ isOfSandbox }) => isOfSandbox !== true || sandbox !== undefined).map(
          ({ to, name, icon: Icon }) => (
            <li key={to}>
              <Link to={to} className={styles['place']}>
                <Icon size={18} aria-hidden />
                {name}
              </Link>
            </li>
          ),
        )}
      </ul>
    </nav>
  );
}
