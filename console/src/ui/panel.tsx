import { type ReactNode, useId } from 'react';
import styles from './panel.module.css';

/** A part of a page under a heading. `isFlush` leaves out the space inside, for tables and lists. */
export function Panel({
  title,
  actions,
  isFlush = false,
  children,
}: {
  readonly title: ReactNode;
  readonly actions?: ReactNode;
  readonly isFlush?: boolean;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={styles['panel']} aria-labelledby={id}>
      <div className={styles['head']}>
        <h2 id={id}>{title}</h2>
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      </div>
      <div className={isFlush ? styles['flush'] : styles['body']}>{children}</div>
    </section>
  );
}
