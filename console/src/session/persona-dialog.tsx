import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import type { Persona } from './persona.ts';
import { PersonaFields } from './persona-fields.tsx';

/** Lets one choose whom the sandbox gives tokens for. */
export function PersonaDialog({
  title,
  persona,
  onChoose,
  onClose,
}: {
  readonly title: string;
  readonly persona: Persona;
  readonly onChoose: (persona: Persona) => void;
  readonly onClose: () => void;
}) {
  const [draft, setDraft] = useState(persona);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChoose(draft);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        <PersonaFields persona={draft} onChange={setDraft} />
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit">
            Be this persona
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
