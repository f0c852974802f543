import { X } from 'lucide-react';
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { IconButton } from './button.tsx';
import styles from './dialog.module.css';

/** A modal dialog; the browser keeps the focus inside, gives it back afterwards, and closes it with Escape. */
export function Dialog({
  title,
  size = 'fit',
  onClose,
  children,
}: {
  readonly title: string;
  /** `full` takes the whole screen, for what a small one has no room beside. */
  readonly size?: 'fit' | 'full';
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before it leaves the page: a dialog that is closed after that gives the focus back to nobody.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`${styles['dialog']} ${size === 'full' ? styles['whole'] : ''}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className={styles['head']}>
        <h2 id={id}>{title}</h2>
        <IconButton name="Close" icon={<X size={18} aria-hidden />} onClick={onClose} />
      </div>
      <div className={styles['body']}>{children}</div>
    </dialog>
  );
}

/** The buttons at the end of a dialog. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return <div className={styles['foot']}>{children}</div>;
}
