import { lazy, Suspense } from 'react';
import styles from './code.module.css';
import { Loading } from './notice.tsx';

const CodeView = lazy(() => import('./code-view.tsx'));

/**
 * A text that is shown as it is, with its JSON coloured and foldable. Only what can be seen is drawn, so that megabytes
 * cost little, and characters that cannot be seen or turn the direction of a text are shown by their names.
 */
export function Code({
  text,
  name,
  maxHeight = 480,
}: {
  readonly text: string;
  /** What screen readers call it. */
  readonly name: string;
  /** In pixels; beyond it, it scrolls. */
  readonly maxHeight?: number;
}) {
  return (
    <div className={styles['code']}>
      <Suspense fallback={<Loading lines={Math.min(8, text.split('\n', 9).length)} name={`Loading ${name}`} />}>
        <CodeView text={text} name={name} maxHeight={maxHeight} />
      </Suspense>
    </div>
  );
}
