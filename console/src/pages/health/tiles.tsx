import type { ReactNode } from 'react';
import { Pill } from '../../ui/pill.tsx';
import styles from './health.module.css';
import { type Sample, type Verdict, verdictOnLag, verdictOnLetters, verdictOnQueue } from './samples.ts';
import { Sparkline } from './sparkline.tsx';

const NUMBER = new Intl.NumberFormat('en');

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
  const ofTenant = last?.head === null ? 'the token names no tenant' : `of ${tenant ?? 'the tenant'}`;
  const lags = of('lag');
  return [
    { name: 'Head', value: last?.head ?? null, about: ofTenant, values: of('head') },
    {
      name: 'Fan-out lag',
      value: last?.lag ?? null,
      about: last?.lag === null ? ofTenant : 'events behind the head',
      ...(last !== undefined && last.lag !== null && { verdict: verdictOnLag(lags) }),
      values: lags,
    },
    { name: 'Connections', value: last?.connections ?? null, about: ofTenant, values: of('connections') },
    {
      name: 'Intake queue',
      value: last?.intakeWaiting ?? null,
      about: `${NUMBER.format(last?.intakeInFlight ?? 0)} in flight`,
      verdict: verdictOnQueue(of('intakeWaiting')),
      values: of('intakeWaiting'),
    },
    {
      name: 'Doorbell queue',
      value: last?.doorbellWaiting ?? null,
      about: `${NUMBER.format(last?.doorbellInFlight ?? 0)} in flight`,
      verdict: verdictOnQueue(of('doorbellWaiting')),
      values: of('doorbellWaiting'),
    },
    {
      name: 'Dead letters',
      value: last?.letters ?? null,
      about: 'of all tenants, about',
      verdict: verdictOnLetters(last?.letters ?? 0),
      values: of('letters'),
    },
  ];
}
