import { useEffect, useState } from 'react';
import { connectionInWords, retryInWords } from '../../live/connection-words.ts';
import type { FeedSnapshot, LiveFeed } from '../../live/live-feed.ts';
import { type Mark, type Run, railInWords, type SequenceRail } from '../../live/sequence-rail.ts';
import styles from './rail.module.css';

const HEIGHT = 24;

/** Each mark has a form of its own beside its colour: from the top, how high; a gap is two lines with nothing between. */
const FORMS: Readonly<Record<Mark, readonly (readonly [y: number, height: number])[]>> = {
  live: [[0, 24]],
  replayed: [[8, 16]],
  others: [[19, 5]],
  gap: [
    [0, 3],
    [21, 3],
  ],
};

const LEGEND: readonly (readonly [Mark, string])[] = [
  ['live', 'live'],
  ['replayed', 'from the past'],
  ['others', 'not for you'],
  ['gap', 'missing, being asked for'],
];

const MARKS = LEGEND.map(([mark]) => mark);

/** The newest numbers of the sequence with what is known of each, and how the connection is. */
export function Rail({ feed, snapshot }: { readonly feed: LiveFeed; readonly snapshot: FeedSnapshot }) {
  const { rail } = feed;
  const now = useNow();
  const words = useSaid(rail);
  const runs = rail.runs();
  const begin = rail.last - rail.length;
  const { received, dropped, kept, count } = snapshot;
  return (
    <section className={styles['rail']} aria-label="Sequence and connection">
      <p className={styles['state']}>
        <span role="status">{connectionInWords(snapshot.connection)}</span> {retryInWords(snapshot.connection, now)}
      </p>
      <svg
        className={styles['drawing']}
        viewBox={`0 0 ${rail.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words}
      >
        {MARKS.map((mark) => (
          <path key={mark} className={styles[mark]} d={pathOf(mark, runs, begin)} />
        ))}
        {rail.resetAt !== undefined && (
          <path className={styles['reset']} d={`M${rail.resetAt - begin - 1.75} 0h1.5v${HEIGHT}h-1.5z`} />
        )}
      </svg>
      <div className={styles['ends']}>
        <span>{rail.last === 0 ? 'No number yet' : numberOf(rail.first)}</span>
        <ul className={styles['legend']} aria-label="Legend">
          {LEGEND.map(([mark, name]) => (
            <li key={mark}>
              <Sample mark={mark} />
              {name}
            </li>
          ))}
          <li>
            <svg className={styles['sample']} viewBox={`0 0 10 ${HEIGHT}`} aria-hidden="true">
              <path className={styles['reset']} d={`M3 0h4v${HEIGHT}h-4z`} />
            </svg>
            history cut
          </li>
        </ul>
        <span>{rail.last === 0 ? '' : numberOf(rail.last)}</span>
      </div>
      <p className={styles['counts']}>
        <span data-received={received}>{received.toLocaleString()} received live</span>
        <span>{rateInWords(feed.rate.perSecond())}</span>
        <span data-shown={count} data-kept={kept}>
          {count.toLocaleString()} of {kept.toLocaleString()} shown
        </span>
        {dropped > 0 && <span>{dropped.toLocaleString()} older ones let go</span>}
      </p>
    </section>
  );
}

function Sample({ mark }: { readonly mark: Mark }) {
  const d = FORMS[mark].map(([y, height]) => `M0 ${y}h10v${height}h-10z`).join('');
  return (
    <svg className={styles['sample']} viewBox={`0 0 10 ${HEIGHT}`} aria-hidden="true">
      <path className={styles[mark]} d={d} />
    </svg>
  );
}

/** All runs of a mark as one path: five elements are drawn, however much comes. */
const pathOf = (mark: Mark, runs: readonly Run[], begin: SequenceRail['last']): string =>
  runs
    .filter((run) => run.mark === mark)
    .flatMap(({ from, through }) => {
      const width = through - from + 1;
      return FORMS[mark].map(([y, height]) => `M${from - begin - 1} ${y}h${width}v${height}h-${width}z`);
    })
    .join('');

const numberOf = (sequence: number): string => `#${sequence.toLocaleString()}`;

const rateInWords = (perSecond: number): string =>
  `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond).toLocaleString()} a second`;

const SECOND = 1000;

/** Milliseconds since 1970, as of this second. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** How often the words for the drawing change: somebody listens to them. */
const SAID_EVERY = 5 * SECOND;

function useSaid(rail: SequenceRail): string {
  const [said, setSaid] = useState('');
  useEffect(() => {
    const say = () => setSaid(railInWords(rail));
    say();
    const timer = setInterval(say, SAID_EVERY);
    return () => clearInterval(timer);
  }, [rail]);
  return said;
}
