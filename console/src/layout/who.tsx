import { CircleUser } from 'lucide-react';
import { useState } from 'react';
import { ForeignText } from '../event/foreign-text.tsx';
import { visibleText } from '../event/visible-text.ts';
import { useSession } from '../hub/hub-context.tsx';
import { useAccess } from '../session/access.tsx';
import { PersonaDialog } from '../session/persona-dialog.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { Claims } from './claims.tsx';
import styles from './layout.module.css';

/** Who one is at this hub, and how to be somebody else. */
export function Who() {
  const { identity } = useSession();
  const { persona, choosePersona, signOut } = useAccess();
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  const name = [identity.user ?? 'nobody', identity.tenant].filter(Boolean).join(' · ');
  return (
    <>
      <Button
        variant="quiet"
        className={styles['who']}
        icon={<CircleUser size={18} aria-hidden />}
        aria-label={`You are ${visibleText(name)}`}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <span className={styles['wide']}>
          <ForeignText of={name} />
        </span>
      </Button>
      {isOpen && persona !== undefined && (
        <PersonaDialog
          title="Who looks"
          persona={persona}
          onClose={close}
          onChoose={(chosen) => {
            close();
            choosePersona(chosen);
          }}
        />
      )}
      {isOpen && persona === undefined && (
        <Dialog title="Who you are" onClose={close}>
          <Claims identity={identity} />
          <DialogActions>
            <Button onClick={signOut}>Sign out</Button>
          </DialogActions>
        </Dialog>
      )}
    </>
  );
}
