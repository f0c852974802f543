import { useCombobox } from 'downshift';
import { X } from 'lucide-react';
import { memo, useMemo, useRef, useState } from 'react';
import { visibleText } from '../../event/visible-text.ts';
import { useDescription } from '../../hub/use-description.ts';
import fields from '../../ui/field.module.css';
import { inputClass } from '../../ui/field.tsx';
import styles from './pattern-field.module.css';
import { patternsLike, suggestedPatterns } from './suggested-patterns.ts';

/**
 * Patterns of types, one of which is enough. It offers the hub's types and what they have in common; what is typed and
 * confirmed is a pattern as well, whatever it is.
 */
export const PatternField = memo(function PatternField({
  patterns,
  takesTyped = false,
  onChange,
}: {
  readonly patterns: readonly string[];
  /** Whether what is typed counts when one goes on to the next field, as in a form that is sent. */
  readonly takesTyped?: boolean;
  readonly onChange: (patterns: readonly string[]) => void;
}) {
  const { value: description } = useDescription();
  const all = useMemo(() => suggestedPatterns((description?.types ?? []).map(({ type }) => type)), [description]);
  const [typed, setTyped] = useState('');
  const items = useMemo(() => [...patternsLike(all, typed, patterns)], [all, typed, patterns]);
  const input = useRef<HTMLInputElement>(null);
  const add = (pattern: string) => {
    if (!patterns.includes(pattern)) onChange([...patterns, pattern]);
    setTyped('');
  };
  const remove = (pattern: string) => {
    onChange(patterns.filter((each) => each !== pattern));
    input.current?.focus();
  };
  const combobox = useCombobox({
    items,
    inputValue: typed,
    selectedItem: null,
    itemToString: (item) => item?.pattern ?? '',
    defaultHighlightedIndex: -1,
    onInputValueChange: ({ inputValue, type }) => {
      if (type === useCombobox.stateChangeTypes.InputChange) setTyped(inputValue);
    },
    stateReducer: (state, { type, changes }) => {
      // The menu stays for the next one; what is typed and not confirmed stays too.
      if (type === useCombobox.stateChangeTypes.InputBlur) {
        return { ...changes, selectedItem: null, inputValue: takesTyped ? '' : typed };
      }
      if (type === useCombobox.stateChangeTypes.InputKeyDownEnter || type === useCombobox.stateChangeTypes.ItemClick) {
        return { ...changes, isOpen: false, inputValue: '', highlightedIndex: state.highlightedIndex };
      }
      // What is typed, or pasted at once, is what Enter takes.
      if (type === useCombobox.stateChangeTypes.InputChange) {
        return { ...changes, highlightedIndex: changes.inputValue === '' ? -1 : 0 };
      }
      return changes;
    },
    onStateChange: ({ type, selectedItem }) => {
      const isChosen =
        type === useCombobox.stateChangeTypes.InputKeyDownEnter || type === useCombobox.stateChangeTypes.ItemClick;
      if (isChosen && selectedItem) add(selectedItem.pattern);
      const left = typed.trim();
      if (takesTyped && type === useCombobox.stateChangeTypes.InputBlur && left !== '') add(left);
    },
  });
  const { isOpen, highlightedIndex, getInputProps, getItemProps, getLabelProps, getMenuProps } = combobox;
  const { htmlFor, ...labelProps } = getLabelProps();
  const last = patterns.at(-1);
  return (
    <div className={fields['field']}>
      <label className={fields['label']} {...labelProps} htmlFor={htmlFor}>
        Types
      </label>
      <div className={styles['control']}>
        <div className={`${inputClass} ${styles['box']}`}>
          {patterns.map((pattern) => (
            <span key={pattern} className={styles['chip']}>
              <bdi>{visibleText(pattern, 80)}</bdi>
              <button type="button" aria-label={`Remove ${visibleText(pattern, 80)}`} onClick={() => remove(pattern)}>
                <X size={14} aria-hidden />
              </button>
            </span>
          ))}
          <input
            {...getInputProps({
              ref: input,
              className: styles['input'],
              placeholder: patterns.length === 0 ? 'All, or patterns such as bank.*' : '',
              spellCheck: false,
              autoCapitalize: 'off',
              maxLength: 256,
              onKeyDown: (event) => {
                const { key } = event;
                // It is for the list, and not for a form around it.
                if (key === 'Enter') event.preventDefault();
                if (key === 'Backspace' && typed === '' && last !== undefined) remove(last);
              },
            })}
          />
        </div>
        <ul className={isOpen && items.length > 0 ? styles['menu'] : styles['closed']} {...getMenuProps()}>
          {isOpen &&
            items.map((item, index) => (
              <li
                key={item.pattern}
                className={styles['item']}
                data-highlighted={index === highlightedIndex}
                {...getItemProps({ item, index })}
              >
                <code>
                  <bdi>{visibleText(item.pattern, 128)}</bdi>
                </code>
                <span className={styles['about']}>{aboutOf(item.types)}</span>
              </li>
            ))}
        </ul>
      </div>
    </div>
  );
});

const aboutOf = (types: number): string =>
  types === 0 ? "none of the hub's types" : types === 1 ? 'one type' : `${types} types`;
