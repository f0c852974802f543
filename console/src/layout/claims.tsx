import { ForeignText } from '../event/foreign-text.tsx';
import type { Identity } from '../session/identity.ts';
import { Timestamp } from '../ui/timestamp.tsx';
import styles from './claims.module.css';

/** What a token says, in the hub's words. */
export function Claims({ identity }: { readonly identity: Identity }) {
  const { tenant, organizations, user, roles, scopes, expiresAt } = identity;
  const rows = {
    Tenant: tenant,
    Organisations: organizations.join(', '),
    User: user,
    Roles: roles.join(', '),
    Scopes: scopes.join(', '),
  };
  return (
    <dl className={styles['claims']}>
      {Object.entries(rows).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value === undefined || value === '' ? 'none' : <ForeignText of={value} most={2048} />}</dd>
        </div>
      ))}
      {expiresAt !== undefined && (
        <div>
          <dt>Token ends</dt>
          <dd>
            <Timestamp at={new Date(expiresAt).toISOString()} />
          </dd>
        </div>
      )}
    </dl>
  );
}
