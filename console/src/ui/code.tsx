import { lazy, Suspense } from 'react';
import styles from './code.module.css';
import { Loading } from './notice.tsx';
import { useSeen } from './use-seen.ts';

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
  const [element, isSeen] = useSeen<HTMLDivElement>();
  const loading = <Loading lines={Math.min(8, text.split('\n', 9).length)} name={`Loading ${name}`} />;
  return (
    <div ref={element} className={styles['code']}>
      {isSeen ? (
        <Suspense fallback={loading}>
          <CodeView text={text} name={name} maxHeight={maxHeight} />
        </Suspense>
      ) : (
        loading
      )}
    </div>
  );
}
