import { useCombobox } from 'downshift';
import { ChevronsUpDown } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { EventTypeDescription } from '../../hub/description.ts';
import { IconButton } from '../../ui/button.tsx';
import fields from '../../ui/field.module.css';
import { inputClass } from '../../ui/field.tsx';
import { typesLike } from './search-types.ts';
import styles from './type-combobox.module.css';

/** Chooses one of the hub's event types by its name, its title or words of its description. */
export function TypeCombobox({
  types,
  chosen,
  error,
  onChoose,
}: {
  readonly types: readonly EventTypeDescription[];
  readonly chosen: EventTypeDescription;
  readonly error?: string | undefined;
  readonly onChoose: (type: EventTypeDescription) => void;
}) {
  // `undefined` while nothing was typed: then the menu shows all, not those that are like the chosen one.
  const [typed, setTyped] = useState<string>();
  const items = useMemo(() => [...typesLike(types, typed ?? '')], [types, typed]);
  const { isOpen, getInputProps, getItemProps, getLabelProps, getMenuProps, getToggleButtonProps, highlightedIndex } =
    useCombobox<EventTypeDescription>({
      items,
      selectedItem: chosen,
      inputValue: typed ?? chosen.type,
      itemToString: (item) => item?.type ?? '',
      onInputValueChange: ({ inputValue, type }) => {
        if (type === useCombobox.stateChangeTypes.InputChange) setTyped(inputValue);
      },
      onIsOpenChange: ({ isOpen: opens }) => {
        if (!opens) setTyped(undefined);
      },
      onSelectedItemChange: ({ selectedItem }) => {
        if (selectedItem !== null) onChoose(selectedItem);
      },
    });
  const describedBy = error === undefined ? 'type-about' : 'type-about type-error';
  return (
    <div className={fields['field']}>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: downshift names the input */}
      <label className={fields['label']} {...getLabelProps()}>
        Event type
      </label>
      <div className={styles['control']}>
        <input
          {...getInputProps({
            className: inputClass,
            name: '/type',
            spellCheck: false,
            autoComplete: 'off',
            'aria-describedby': describedBy,
            onFocus: ({ target }) => (target as HTMLInputElement).select(),
            ...(error !== undefined && { 'aria-invalid': true }),
          })}
        />
        <IconButton
          {...getToggleButtonProps()}
          name="All event types"
          icon={<ChevronsUpDown size={16} aria-hidden />}
        />
        <ul className={isOpen && items.length > 0 ? styles['menu'] : styles['closed']} {...getMenuProps()}>
          {isOpen &&
            items.map((item, index) => (
              <li
                key={item.type}
                className={styles['item']}
                data-highlighted={index === highlightedIndex}
                {...getItemProps({ item, index })}
              >
                <code>{item.type}</code>
                <span className={styles['title']}>{item.title}</span>
                <span className={styles['about']}>{item.description}</span>
              </li>
            ))}
        </ul>
        {isOpen && items.length === 0 && (
          <p className={`${styles['menu']} ${styles['none']}`}>No event type is like this</p>
        )}
      </div>
      <p id="type-about" className={fields['hint']}>
        <strong>{chosen.title}</strong>. {chosen.description}
      </p>
      {error !== undefined && (
        <p id="type-error" className={fields['error']}>
          {error}
        </p>
      )}
    </div>
  );
}
