import type { ReactNode } from 'react';
import { ForeignText } from '../../event/foreign-text.tsx';
import { Pill } from '../../ui/pill.tsx';
import styles from './health.module.css';
import { type Sample, type Verdict, verdictOnLag, verdictOnLetters, verdictOnQueue } from './samples.ts';
import { Sparkline } from './sparkline.tsx';

const NUMBER = new Intl.NumberFormat('en');

const TILE_NAMES = ['Head', 'Fan-out lag', 'Connections', 'Intake queue', 'Doorbell queue', 'Dead letters'] as const;

interface Tile {
  readonly name: string;
  readonly value: number | null;
  readonly about: ReactNode;
  readonly verdict?: Verdict;
  readonly values: readonly (number | null)[];
}

/** How the hub does now, and did since the page was opened. */
export function Tiles({
  samples,
  tenant,
}: {
  readonly samples: readonly Sample[];
  readonly tenant: string | undefined;
}) {
  const tiles = tilesOf(samples, tenant);
  const wrong = tiles.filter(({ verdict }) => verdict?.tone === 'bad');
  return (
    <>
      <ul className={styles['tiles']}>
        {tiles.map(({ name, value, about, verdict, values }) => (
          <li key={name} className={styles['tile']}>
            <h2 className={styles['tileName']}>{name}</h2>
            <p className={styles['tileValue']}>{value === null ? '–' : NUMBER.format(value)}</p>
            <p className={styles['tileAbout']}>
              {verdict !== undefined && (
                <Pill tone={verdict.tone} hasDot>
                  {verdict.word}
                </Pill>
              )}
              <span>{about}</span>
            </p>
            <Sparkline values={values} />
          </li>
        ))}
      </ul>
      {/* Numbers change all the time; only what is wrong is worth to be said aloud. */}
      <p role="status" className="visually-hidden">
        {wrong.map(({ name, verdict }) => `${name}: ${verdict?.word}`).join('. ')}
      </p>
    </>
  );
}

function tilesOf(samples: readonly Sample[], tenant: string | undefined): readonly Tile[] {
  const last = samples.at(-1);
  const of = <Key extends keyof Sample>(key: Key): readonly Sample[Key][] => samples.map((sample) => sample[key]);
  if (last === undefined) return TILE_NAMES.map((name) => ({ name, value: null, about: '', values: [] }));
  const ofTenant =
    last.head === null ? 'the token names no tenant' : <ForeignText of={`of ${tenant ?? 'the tenant'}`} />;
  const lags = of('lag');
  return [
    { name: TILE_NAMES[0], value: last.head, about: ofTenant, values: of('head') },
    {
      name: TILE_NAMES[1],
      value: last.lag,
      about: last.lag === null ? ofTenant : 'events behind the head',
      ...(last.lag !== null && { verdict: verdictOnLag(lags) }),
      values: lags,
    },
    { name: TILE_NAMES[2], value: last.connections, about: ofTenant, values: of('connections') },
    {
      name: TILE_NAMES[3],
      value: last.intakeWaiting,
      about: `${NUMBER.format(last.intakeInFlight)} in flight`,
      verdict: verdictOnQueue(of('intakeWaiting')),
      values: of('intakeWaiting'),
    },
    {
      name: TILE_NAMES[4],
      value: last.doorbellWaiting,
      about: `${NUMBER.format(last.doorbellInFlight)} in flight`,
      verdict: verdictOnQueue(of('doorbellWaiting')),
      values: of('doorbellWaiting'),
    },
    {
      name: TILE_NAMES[5],
      value: last.letters,
      about: 'of all tenants, about',
      verdict: verdictOnLetters(last.letters),
      values: of('letters'),
    },
  ];
}
