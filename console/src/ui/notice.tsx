import type { ReactNode } from 'react';
import { ForeignText } from '../event/foreign-text.tsx';
import styles from './notice.module.css';
import type { Tone } from './pill.tsx';

/** Something that one should know, said where it matters. Bad ones are announced at once, others when there is quiet. */
export function Notice({
  tone = 'info',
  title,
  action,
  children,
}: {
  readonly tone?: Tone;
  readonly title: string;
  readonly action?: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <div className={`${styles['notice']} ${styles[tone] ?? ''}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <div className={styles['text']}>
        <p className={styles['title']}>{title}</p>
        {children}
      </div>
      {action}
    </div>
  );
}

/** What is shown in place of a list that has nothing in it, and what to do about it. */
export function Empty({
  icon,
  title,
  children,
}: {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className={styles['empty']}>
      {icon}
      <p className={styles['title']}>{title}</p>
      {children}
    </div>
  );
}

/** Stands where something is about to be, at about its size. */
export function Loading({ lines = 4, name = 'Loading' }: { readonly lines?: number; readonly name?: string }) {
  return (
    <div className={styles['skeleton']} role="status" aria-label={name}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all the same
        <div key={line} className={styles['bar']} style={{ width: `${92 - ((line * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

/** What an error of the hub, the client or the page says: the hub's code, its sentence, and each mistake with its place. */
export function Problem({
  error,
  title = 'That did not work',
  action,
}: {
  readonly error: unknown;
  readonly title?: string;
  readonly action?: ReactNode;
}) {
  const { code, message, errors } = partsOf(error);
  return (
    <Notice tone="bad" title={code === undefined ? title : `${title} (${code})`} action={action}>
      <p>
        <ForeignText of={message} most={2048} />
      </p>
      {errors.length > 0 && (
        <ul className={styles['list']}>
          {errors.map(({ path, message: text }) => (
            <li key={`${path} ${text}`}>
              <Violation path={path} message={text} />
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
}

/** A mistake at its place; both repeat what was sent. */
export function Violation({ path, message }: { readonly path: string; readonly message: string }) {
  return (
    <>
      <code>
        <ForeignText of={path === '' ? '/' : path} most={256} />
      </code>{' '}
      <ForeignText of={message} most={1024} />
    </>
  );
}

interface Parts {
  readonly code: string | undefined;
  readonly message: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}

function partsOf(error: unknown): Parts {
  const { code, message, errors } = (error ?? {}) as Partial<Parts>;
  return {
    code: typeof code === 'string' ? code : undefined,
    message: typeof message === 'string' && message !== '' ? message : 'There is no more to say about it.',
    errors: Array.isArray(errors) ? errors : [],
  };
}
