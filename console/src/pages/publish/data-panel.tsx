import type { Violation } from '@tidings/client';
import { lazy, Suspense, useState } from 'react';
import { Loading } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { Draft } from './draft.ts';
import { JsonField } from './json-field.tsx';
import type { JsonMistake } from './json-text.ts';
import { Radios } from './radios.tsx';

/** The library that makes forms is larger than the rest of the page, which can be seen before it has come. */
const DataForm = lazy(async () => ({ default: (await import('./data-form.tsx')).DataForm }));

/** The data of an event, as a form or as text. Both are of the same data; a text that is no JSON must be mended first. */
export function DataPanel({
  draft: { type, data },
  violations,
  mistake,
  onData,
  onMistake,
}: {
  readonly draft: Draft;
  readonly violations: readonly Violation[];
  readonly mistake: JsonMistake | undefined;
  readonly onData: (data: unknown) => void;
  readonly onMistake: (mistake: JsonMistake | undefined) => void;
}) {
  const [isJson, setIsJson] = useState(false);
  // A form has fields for an object's properties, and none for anything else that was typed in its place.
  const canForm = type.dataSchema['type'] !== 'object' || isPlainObject(data);
  const isText = isJson || !canForm;
  return (
    <Panel
      title="Data"
      actions={
        <Radios
          legend="How the data is edited"
          choices={[
            ['form', 'Form', mistake !== undefined || !canForm],
            ['json', 'JSON'],
          ]}
          chosen={isText ? 'json' : 'form'}
          onChoose={(chosen) => setIsJson(chosen === 'json')}
        />
      }
    >
      {isText ? (
        <JsonField key={type.type} data={data} violations={violations} onChange={onData} onMistake={onMistake} />
      ) : (
        <Suspense fallback={<Loading lines={8} name="Loading the form" />}>
          <DataForm key={type.type} schema={type.dataSchema} data={data} violations={violations} onChange={onData} />
        </Suspense>
      )}
    </Panel>
  );
}

const isPlainObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
