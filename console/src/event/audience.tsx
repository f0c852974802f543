import { Check, X } from 'lucide-react';
import type { Identity } from '../session/identity.ts';
import type { SeenEvent } from './as-text.ts';
import { audienceInWords } from './audience-words.ts';
import styles from './event-details.module.css';

/** Who may see an event, rule by rule, and why somebody does or does not. */
export function Audience({ event, identity }: { readonly event: SeenEvent; readonly identity: Identity }) {
  return (
    <ul className={styles['audience']}>
      {audienceInWords(event, identity).map(({ rule, name, who, why, matches }) => (
        <li key={rule}>
          {matches ? (
            <Check size={16} className={styles['good']} aria-label="Matches" />
          ) : (
            <X size={16} className={styles['bad']} aria-label="Does not match" />
          )}
          <span>
            <strong>{name}</strong> <bdi>{who}</bdi>
            <br />
            <span className={styles['muted']}>
              <bdi>{why}</bdi>
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
