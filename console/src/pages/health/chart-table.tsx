import { useState } from 'react';
import { Timestamp } from '../../ui/timestamp.tsx';
import styles from './health.module.css';
import { type ChartData, type ChartPlan, formatValue } from './series.ts';

/** The same numbers as a table, newest first: for screen readers, and for whoever wants to read them. */
export function ChartTable({ plan, data }: { readonly plan: ChartPlan; readonly data: ChartData }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details className={styles['asTable']} onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>
        As a table<span className="visually-hidden">: {plan.title}</span>
      </summary>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
        <section className={styles['tableScroll']} tabIndex={0} aria-label={`${plan.title}, table`}>
          <table className={styles['numbers']}>
            <thead>
              <tr>
                <th scope="col">Time</th>
                {data.lines.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.times
                .map((seconds, place) => (
                  <tr key={seconds}>
                    <th scope="row">
                      <Timestamp at={new Date(seconds * 1000).toISOString()} />
                    </th>
                    {data.lines.map(({ name, values }) => {
                      const value = values[place] ?? null;
                      return <td key={name}>{value === null ? '–' : formatValue(value, plan.kind)}</td>;
                    })}
                  </tr>
                ))
                .reverse()}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}
