import type { Filter } from '@tidings/client';
import { useMemo } from 'react';
import { useSession } from '../hub/hub-context.tsx';
import { useDescription } from '../hub/use-description.ts';
import { PatternField } from '../pages/live/pattern-field.tsx';
import styles from './filter-fields.module.css';
import { filterSuggestions } from './filter-suggestions.ts';
import { ListField } from './list-field.tsx';

const FIELDS = [
  { name: 'subjects', label: 'Subjects' },
  { name: 'organizations', label: 'Organisations' },
  { name: 'entities', label: 'Entities' },
  { name: 'actions', label: 'Actions' },
] as const;

/** A filter as the hub takes it: one of each list, and all lists at once. Suggests what this hub has. */
export function FilterFields({
  filter,
  onChange,
}: {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}) {
  const { identity } = useSession();
  const { value: description } = useDescription();
  const suggestions = useMemo(() => filterSuggestions(description?.types ?? [], identity), [description, identity]);
  const choose = (name: keyof Filter, values: readonly string[]) => {
    const { [name]: _, ...others } = filter;
    onChange(values.length === 0 ? others : { ...others, [name]: values });
  };
  return (
    <div className={styles['fields']}>
      <PatternField takesTyped patterns={filter.types ?? []} onChange={(patterns) => choose('types', patterns)} />
      {FIELDS.map(({ name, label }) => (
        <ListField
          key={name}
          label={label}
          placeholder="Any"
          values={filter[name] ?? []}
          suggestions={suggestions[name]}
          onChange={(values) => choose(name, values)}
        />
      ))}
    </div>
  );
}
