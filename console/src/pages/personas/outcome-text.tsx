import { ForeignText } from '../../event/foreign-text.tsx';
import { Pill } from '../../ui/pill.tsx';
import { type Outcome, ruleInWords } from './outcome.ts';
import styles from './personas.module.css';

/** What became of an event for a persona, in words. */
export function OutcomeText({ outcome }: { readonly outcome: Outcome }) {
  switch (outcome.kind) {
    case 'waiting':
      return <Pill>{outcome.isLive ? 'not known yet' : 'not connected'}</Pill>;
    case 'received':
      return (
        <Pill tone="good">
          {outcome.how === 'live'
            ? `received live in ${outcome.milliseconds} ms`
            : `received after ${outcome.milliseconds} ms, by catching up`}
        </Pill>
      );
    case 'not-for':
      return (
        <div className={styles['rules']}>
          <Pill tone="info">not for this persona</Pill>
          <ul>
            {outcome.rules.map((rule) => (
              <li key={rule.rule}>
                <code>
                  <ForeignText of={ruleInWords(rule)} most={1024} />
                </code>
              </li>
            ))}
          </ul>
        </div>
      );
    case 'withheld':
      return (
        <div className={styles['rules']}>
          <Pill tone="warn">did not come</Pill>
          <p>
            Its stream has passed the event, and no rule of its audience is against it. Types that are not for browsers
            take the scope for reading.
          </p>
        </div>
      );
    case 'too-late':
      return <Pill tone="warn">its stream began after the event</Pill>;
    case 'refused':
      return <Pill tone="bad">not published</Pill>;
    case 'changed':
      return <Pill>changed before it was known</Pill>;
  }
}
