import type { ReactNode } from 'react';
import styles from './pill.module.css';

export type Tone = 'quiet' | 'good' | 'warn' | 'bad' | 'info';

/** A short state in words; the colour only repeats it. */
export function Pill({
  tone = 'quiet',
  hasDot = false,
  children,
}: {
  readonly tone?: Tone;
  readonly hasDot?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <span className={[styles['pill'], styles[tone], hasDot && styles['dot']].filter(Boolean).join(' ')}>
      {children}
    </span>
  );
}
