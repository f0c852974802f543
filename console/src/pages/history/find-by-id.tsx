import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import styles from './history-page.module.css';

/** Goes to the page of an event. */
export function FindById() {
  const navigate = useNavigate();
  const [id, setId] = useState('');
  return (
    <form
      className={styles['place']}
      onSubmit={(event) => {
        event.preventDefault();
        if (id.trim() !== '') void navigate({ to: '/events/$id', params: { id: id.trim() } });
      }}
    >
      <TextField label="Event id" value={id} maxLength={256} onChange={({ target }) => setId(target.value)} />
      <Button type="submit">Open</Button>
    </form>
  );
}
