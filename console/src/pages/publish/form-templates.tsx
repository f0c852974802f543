import type {
  ArrayFieldItemTemplateProps,
  ArrayFieldTemplateProps,
  FieldTemplateProps,
  IconButtonProps,
  MultiSchemaFieldTemplateProps,
  ObjectFieldTemplateProps,
  TemplatesType,
  UnsupportedFieldProps,
} from '@rjsf/utils';
import { ADDITIONAL_PROPERTY_FLAG } from '@rjsf/utils';
import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import { Button, IconButton } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import styles from './form.module.css';

/** Widgets say their label, hint and errors themselves; what lies around others is said here. */
function FieldAround(props: FieldTemplateProps) {
  const { children, rawErrors = [], schema, displayLabel, hidden, label, onKeyRenameBlur, onRemoveProperty } = props;
  if (hidden === true) return <div hidden>{children}</div>;
  const isContainer = schema.type === 'object' || schema.type === 'array' || displayLabel !== true;
  const isOwnKey = ADDITIONAL_PROPERTY_FLAG in schema;
  return (
    <div className={styles['entry']}>
      {isOwnKey && (
        <div className={styles['ownKey']}>
          <TextField label="Name" key={label} defaultValue={label} onBlur={onKeyRenameBlur} />
          <IconButton
            name={`Remove ${label}`}
            icon={<Trash2 size={16} aria-hidden />}
            onClick={() => onRemoveProperty()}
          />
        </div>
      )}
      {children}
      {isContainer && rawErrors.length > 0 && (
        <p className={styles['error']} tabIndex={-1} data-invalid>
          {rawErrors.join('; ')}
        </p>
      )}
    </div>
  );
}

function ObjectFields(props: ObjectFieldTemplateProps) {
  const { title, description, properties, fieldPathId, required, schema, onAddProperty, optionalDataControl } = props;
  const fields = properties.filter(({ hidden }) => !hidden).map(({ content }) => content);
  // The whole of the data is the form itself: it needs no frame and has its name above it.
  const isRoot = fieldPathId.path.length === 0;
  const add = schema.additionalProperties !== undefined && schema.additionalProperties !== false && (
    <Button onClick={onAddProperty} icon={<Plus size={16} aria-hidden />}>
      Add a property
    </Button>
  );
  if (isRoot) {
    return (
      <div className={styles['fields']}>
        {fields}
        {add}
      </div>
    );
  }
  return (
    <fieldset className={styles['group']}>
      <legend className={styles['legend']}>{required === true ? title : `${title} (optional)`}</legend>
      {description !== undefined && description !== '' && <p className={styles['about']}>{description}</p>}
      {optionalDataControl}
      <div className={styles['fields']}>
        {fields}
        {add}
      </div>
    </fieldset>
  );
}

function List(props: ArrayFieldTemplateProps) {
  const { title, schema, items, canAdd, onAddClick, required, optionalDataControl } = props;
  return (
    <fieldset className={styles['group']}>
      <legend className={styles['legend']}>{required === true ? title : `${title} (optional)`}</legend>
      {schema.description !== undefined && <p className={styles['about']}>{schema.description}</p>}
      {optionalDataControl}
      <div className={styles['items']}>{items}</div>
      {canAdd === true && (
        <Button onClick={onAddClick} icon={<Plus size={16} aria-hidden />}>
          Add to {title}
        </Button>
      )}
    </fieldset>
  );
}

function Item({ children, buttonsProps, index, hasToolbar }: ArrayFieldItemTemplateProps) {
  const { hasMoveUp, hasMoveDown, hasRemove, onMoveUpItem, onMoveDownItem, onRemoveItem } = buttonsProps;
  const place = `entry ${index + 1}`;
  return (
    <div className={styles['item']}>
      <div>{children}</div>
      {hasToolbar && (
        <div className={styles['tools']}>
          {hasMoveUp && (
            <IconButton name={`Move ${place} up`} icon={<ArrowUp size={16} aria-hidden />} onClick={onMoveUpItem} />
          )}
          {hasMoveDown && (
            <IconButton
              name={`Move ${place} down`}
              icon={<ArrowDown size={16} aria-hidden />}
              onClick={onMoveDownItem}
            />
          )}
          {hasRemove && (
            <IconButton name={`Remove ${place}`} icon={<Trash2 size={16} aria-hidden />} onClick={onRemoveItem} />
          )}
        </div>
      )}
    </div>
  );
}

const Alternatives = ({ selector, optionSchemaField }: MultiSchemaFieldTemplateProps) => (
  <div className={styles['fields']}>
    {selector}
    {optionSchemaField}
  </div>
);

const Unsupported = ({ fieldPathId }: UnsupportedFieldProps) => (
  <p className={styles['about']}>
    <code>/{fieldPathId.path.join('/')}</code> can be edited as JSON only: no form can be made from its schema.
  </p>
);

const Nothing = () => null;

const IconOnly = ({
  title,
  icon: _,
  iconType: __,
  uiSchema: ___,
  registry: ____,
  color: _____,
  ...button
}: IconButtonProps) => <Button {...button}>{title}</Button>;

/** How the form is built up, in the page's own parts. */
export const TEMPLATES: Partial<Omit<TemplatesType, 'ButtonTemplates'>> & {
  readonly ButtonTemplates: Partial<TemplatesType['ButtonTemplates']>;
} = {
  FieldTemplate: FieldAround,
  ObjectFieldTemplate: ObjectFields,
  ArrayFieldTemplate: List,
  ArrayFieldItemTemplate: Item,
  MultiSchemaFieldTemplate: Alternatives,
  UnsupportedFieldTemplate: Unsupported,
  ErrorListTemplate: Nothing,
  FieldErrorTemplate: Nothing,
  FieldHelpTemplate: Nothing,
  ButtonTemplates: { SubmitButton: Nothing, AddButton: IconOnly, RemoveButton: IconOnly },
};
