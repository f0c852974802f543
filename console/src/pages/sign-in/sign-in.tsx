import type { ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { Problem } from '../../ui/notice.tsx';
import styles from './sign-in.module.css';

/** Where one stands who has not signed in, or could not. */
export function SignIn({
  environment,
  error,
  onSignIn,
  children,
}: {
  readonly environment: string;
  readonly error: unknown;
  readonly onSignIn: () => void;
  /** What else one can do. */
  readonly children?: ReactNode;
}) {
  return (
    <main className={styles['gate']}>
      <img src="./favicon.svg" alt="" width={56} height={56} />
      <h1>Tidings, {environment}</h1>
      {error !== undefined && (
        <div>
          <Problem error={error} title="Signing in failed" />
        </div>
      )}
      <Button variant="primary" onClick={onSignIn}>
        Sign in
      </Button>
      {children}
    </main>
  );
}
