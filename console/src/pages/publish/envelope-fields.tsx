import type { Violation } from '@tidings/client';
import { RefreshCw } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { type Envelope, newId, newTraceparent } from './draft.ts';
import styles from './publish.module.css';
import { attributeError } from './violations.ts';

type Name = keyof Envelope;

const LABELS: readonly (readonly [name: Name, label: string, hint: string])[] = [
  ['subject', 'Subject', 'The resource that it is about, such as transaction/123'],
  ['organizationids', 'Organisations', 'Only their members may see it; empty for all'],
  ['userids', 'Users', 'Only they may see it; empty for all'],
  ['roleids', 'Roles', 'Only who has one of them may see it; empty for all'],
  ['correlationid', 'Correlation id', 'What it belongs together with'],
  ['causationid', 'Causation id', 'The id of the event that caused it'],
  ['time', 'Time', 'When it happened, as in 2026-01-31T09:30:00Z; empty for now'],
];

/** What an event has besides its type and its data. */
export function EnvelopeFields({
  envelope,
  ownTenant,
  violations,
  onChange,
}: {
  readonly envelope: Envelope;
  /** The tenant of the token, which may publish for no other; absent for a token of none. */
  readonly ownTenant: string | undefined;
  readonly violations: readonly Violation[];
  readonly onChange: (envelope: Envelope) => void;
}) {
  const field = (name: Name, label: string, hint: string, isReadOnly = false) => (
    <TextField
      key={name}
      name={`/${name}`}
      label={label}
      hint={hint}
      value={envelope[name]}
      readOnly={isReadOnly}
      error={attributeError(violations, name)}
      onChange={({ target }) => onChange({ ...envelope, [name]: target.value })}
    />
  );
  const generated = (name: Name, label: string, hint: string, what: string, make: () => string) => (
    <div className={styles['generated']}>
      {field(name, label, hint)}
      <Button
        icon={<RefreshCw size={16} aria-hidden />}
        aria-label={`New ${what}`}
        onClick={() => onChange({ ...envelope, [name]: make() })}
      >
        New
      </Button>
    </div>
  );
  return (
    <div className={styles['fields']}>
      {ownTenant === undefined
        ? field('tenantid', 'Tenant', 'Whose event it is; your token is of no tenant, so name one')
        : field('tenantid', 'Tenant', 'That of your token, which publishes for no other', true)}
      {LABELS.map(([name, label, hint]) => field(name, label, hint))}
      {generated('id', 'Id', 'Unique for the tenant: sent again, it changes nothing', 'id', newId)}
      {generated('traceparent', 'Trace', 'W3C traceparent; the hub carries it along', 'trace', newTraceparent)}
    </div>
  );
}
