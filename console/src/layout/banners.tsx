import { useTidings } from '@tidings/client/react';
import { useSession } from '../hub/hub-context.tsx';
import { useAccess } from '../session/access.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import styles from './layout.module.css';
import { useOnline } from './use-online.ts';

/** What is true of every page at the moment: no network, nobody signed in, a refusal for good. */
export function Banners() {
  const { state, error } = useTidings();
  const session = useSession();
  const isOnline = useOnline();
  const access = useAccess();
  const banner =
    session.state === 'expired' ? (
      <Notice
        tone="bad"
        title="Your session has ended"
        action={
          <Button variant="primary" onClick={access.signInAgain}>
            Sign in again
          </Button>
        }
      >
        <p>What is shown stays; nothing new comes until you sign in again.</p>
      </Notice>
    ) : !isOnline ? (
      <Notice tone="warn" title="There is no network">
        <p>What is shown stays. What happens meanwhile comes when the network is back.</p>
      </Notice>
    ) : state === 'closed' && error !== undefined ? (
      <Notice
        tone="bad"
        title={`The hub has refused this connection (${error.code})`}
        action={<Button onClick={access.signInAgain}>Connect again</Button>}
      >
        <p>{error.message}</p>
      </Notice>
    ) : undefined;
  return banner === undefined ? null : <div className={styles['banner']}>{banner}</div>;
}
