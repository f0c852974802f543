// biome-ignore lint/style/noRestrictedImports: a folder of the package's; its index reaches for a validator that is none of its dependencies.
import Form from '@rjsf/core/lib/components/Form.js';
import type { RJSFSchema } from '@rjsf/utils';
import type { Violation } from '@tidings/client';
import { useMemo } from 'react';
import type { JsonSchema } from '../../hub/description.ts';
import { TEMPLATES } from './form-templates.tsx';
import { WIDGETS } from './form-widgets.tsx';
import { validator } from './validator.ts';
import { pointerOf, toErrorSchema } from './violations.ts';

/** The data of an event as a form that is made from its schema. What is wrong with it is said from outside. */
export function DataForm({
  schema,
  data,
  violations,
  onChange,
}: {
  readonly schema: JsonSchema;
  readonly data: unknown;
  /** With pointers into the event. */
  readonly violations: readonly Violation[];
  readonly onChange: (data: unknown) => void;
}) {
  const errors = useMemo(() => toErrorSchema(violations), [violations]);
  return (
    <Form
      schema={schema as RJSFSchema}
      formData={data}
      extraErrors={errors}
      validator={validator}
      templates={TEMPLATES}
      widgets={WIDGETS}
      idPrefix="data"
      // An input bears the pointer to its value, so that a pointer finds its input.
      nameGenerator={(path) => pointerOf(['data', ...path])}
      tagName="div"
      noValidate
      noHtml5Validate
      showErrorList={false}
      experimental_defaultFormStateBehavior={{
        // What nobody has filled in is not sent; only what can be nothing else is.
        emptyObjectFields: 'populateRequiredDefaults',
        arrayMinItems: { populate: 'requiredOnly' },
      }}
      // The form keeps what was emptied as `undefined`, which no JSON has.
      onChange={({ formData }) => onChange(JSON.parse(JSON.stringify(formData ?? {})))}
    />
  );
}
