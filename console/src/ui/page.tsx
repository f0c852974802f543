import { type ReactNode, useEffect, useRef } from 'react';
import styles from './page.module.css';

/** A page: its heading, which takes the focus when it opens, and what it holds. */
export function Page({
  title,
  about,
  actions,
  children,
}: {
  readonly title: string;
  /** One sentence under the heading. */
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Tidings`;
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <div className={styles['page']}>
      <header className={styles['head']}>
        <div className={styles['titles']}>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {about !== undefined && <p className={styles['about']}>{about}</p>}
        </div>
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
