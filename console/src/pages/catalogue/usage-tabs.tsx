import { type KeyboardEvent, useId, useRef } from 'react';
import styles from './catalogue.module.css';
import type { Usage } from './catalogue-data.ts';
import { CodeFrame } from './parts.tsx';
import { preferLanguage, usePreferredLanguage } from './preferred-language.ts';

/** Ways to do something, one seen at a time. Arrow keys, Home and End move between them. */
export function UsageTabs({ name, usages }: { readonly name: string; readonly usages: readonly Usage[] }) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const preferred = usePreferredLanguage();
  const shown = usages.find((usage) => usage.id === preferred) ?? usages[0];
  if (shown === undefined) return null;

  const move = (event: KeyboardEvent) => {
    const at = usages.indexOf(shown);
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: usages.length - 1,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const place = (step + usages.length) % usages.length;
    const next = usages[place];
    if (next === undefined) return;
    preferLanguage(next.id);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[place]?.focus();
  };

  return (
    <div className={styles['usage']}>
      <div ref={list} role="tablist" aria-label={name} className={styles['tabs']} onKeyDown={move}>
        {usages.map((usage) => (
          <button
            key={usage.id}
            type="button"
            role="tab"
            id={`${id}-${usage.id}`}
            aria-selected={usage === shown}
            aria-controls={`${id}-panel`}
            tabIndex={usage === shown ? 0 : -1}
            className={styles['tab']}
            onClick={() => preferLanguage(usage.id)}
          >
            {usage.label}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${shown.id}`} className={styles['snippets']}>
        {shown.snippets.map(({ title, code }, place) => (
          <CodeFrame
            // biome-ignore lint/suspicious/noArrayIndexKey: they stay where they are
            key={`${shown.id} ${place}`}
            title={title}
            name={`${name}: ${shown.label} ${place + 1}`}
            code={code}
          />
        ))}
      </div>
    </div>
  );
}
