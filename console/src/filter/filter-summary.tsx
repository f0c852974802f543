import type { Filter } from '@tidings/client';
import { visibleText } from '../event/visible-text.ts';
import styles from './filter-summary.module.css';

const WORDS: Readonly<Record<keyof Filter, string>> = {
  types: 'Type',
  entities: 'Entity',
  actions: 'Action',
  organizations: 'Organisation',
  subjects: 'Subject',
};

/** What a filter asks for, list by list. */
export function FilterSummary({ filter }: { readonly filter: Filter }) {
  const lists = (Object.keys(WORDS) as (keyof Filter)[]).flatMap((name) => {
    const values = filter[name] ?? [];
    return values.length === 0 ? [] : [{ name, values }];
  });
  if (lists.length === 0) return <span>Everything that the reader may see</span>;
  return (
    <ul className={styles['lists']}>
      {lists.map(({ name, values }) => (
        <li key={name}>
          <span className={styles['name']}>{WORDS[name]}</span>{' '}
          {values.map((value, index) => (
            <span key={value}>
              {index > 0 && ' or '}
              <code>
                <bdi>{visibleText(value, 80)}</bdi>
              </code>
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}
