import { Link } from '@tanstack/react-router';
import { Pill, type Tone } from '../../ui/pill.tsx';
import styles from './catalogue.module.css';
import type { TypeData, VersionData } from './catalogue-data.ts';

const TONES: Readonly<Record<string, Tone>> = { added: 'good', removed: 'bad', changed: 'info' };

/** Every version of a type, newest first, with what it changed: whether a consumer of one can take another. */
export const VersionList = ({ data }: { readonly data: TypeData }) => (
  <ol className={styles['versions']} reversed>
    {data.versions.map((version) => (
      <li key={version.version}>
        <p className={styles['badges']}>
          {version.type === data.type ? (
            <>
              <strong>v{version.version}</strong> <Pill tone="good">this page</Pill>
            </>
          ) : (
            <Link to="/catalogue/$type" params={{ type: version.type }}>
              <strong>v{version.version}</strong>
            </Link>
          )}
          {version.isDeprecated && <Pill tone="warn">Deprecated</Pill>}
        </p>
        <Changes version={version} />
      </li>
    ))}
  </ol>
);

function Changes({ version: { previous, changes } }: { readonly version: VersionData }) {
  if (previous === null) return <p className={styles['muted']}>The first version.</p>;
  if (changes.length === 0) return <p className={styles['muted']}>The same properties as v{previous}.</p>;
  return (
    <ul className={styles['changes']}>
      {changes.map(({ kind, path, details }) => (
        <li key={`${kind} ${path}`}>
          <Pill tone={TONES[kind] ?? 'quiet'}>{kind}</Pill> <code>{path}</code>{' '}
          <span className={styles['muted']}>{details.join('; ')}</span>
        </li>
      ))}
    </ul>
  );
}
