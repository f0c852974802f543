import styles from './health.module.css';
import { sparkPath } from './spark-path.ts';

const [WIDTH, HEIGHT] = [120, 26];

/** What a number did since the page was opened. It only repeats what the tile says in words. */
export function Sparkline({ values }: { readonly values: readonly (number | null)[] }) {
  return (
    <svg
      className={styles['spark']}
      viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={sparkPath(values, WIDTH, HEIGHT)} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
