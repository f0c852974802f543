import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { ChartTable } from './chart-table.tsx';
import styles from './health.module.css';
import { type ChartData, type ChartPlan, formatValue, isEmpty, summaryOf } from './series.ts';
import { useThemeTurn } from './use-theme-turn.ts';

const HEIGHT = 190;
const TIME = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
/** By place, as `.swatch` has its border: colours alone would not tell lines apart. */
const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3]];

/** Lines over time. The legend says the values where one points, and the last ones otherwise. */
export default function Chart({ plan, data }: { readonly plan: ChartPlan; readonly data: ChartData }) {
  const host = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLUListElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef(data);
  const [pointed, setPointed] = useState<number | null>(null);
  const theme = useThemeTurn();
  latest.current = data;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme is another drawing
  useEffect(() => {
    const [element, swatches] = [host.current, legend.current?.querySelectorAll(`.${styles['swatch']}`)];
    if (element === null || swatches === undefined) return undefined;
    const colours = [...swatches].map((swatch) => getComputedStyle(swatch).borderTopColor);
    const options = optionsOf(plan, element, colours, (u) => setPointed(u.cursor.idx ?? null));
    const drawn = new uPlot(options, toColumns(latest.current), element);
    plot.current = drawn;
    const observer = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.current = undefined;
      drawn.destroy();
    };
  }, [plan, theme]);

  useEffect(() => plot.current?.setData(toColumns(data)), [data]);

  const place = pointed !== null && pointed < data.times.length ? pointed : data.times.length - 1;
  return (
    <figure className={styles['chart']}>
      <figcaption className={styles['chartHead']}>
        <h3>{plan.title}</h3>
        <ul ref={legend} className={styles['legend']}>
          {data.lines.map(({ name, values }, index) => (
            <li key={name}>
              <span className={styles['swatch']} data-colour={plan.lines[index]?.colour} data-dash={index} />
              {name} <strong>{valueText(values[place] ?? null, plan)}</strong>
            </li>
          ))}
          <li className={styles['muted']}>{pointed === null ? 'last' : timeText(data.times[place])}</li>
        </ul>
      </figcaption>
      <div className={styles['plotFrame']}>
        <div ref={host} className={styles['plot']} role="img" aria-label={summaryOf(plan, data)} />
        {isEmpty(data) && <p className={styles['nothing']}>Nothing in this time</p>}
      </div>
      <ChartTable plan={plan} data={data} />
    </figure>
  );
}

const timeText = (seconds: number | undefined): string => (seconds === undefined ? '' : TIME.format(seconds * 1000));

const valueText = (value: number | null, { kind }: ChartPlan): string =>
  value === null ? '–' : formatValue(value, kind);

const toColumns = ({ times, lines }: ChartData): uPlot.AlignedData => [
  [...times],
  ...lines.map(({ values }) => [...values]),
];

/** Colours are the ones of the page as the browser has worked them out: a canvas knows no custom properties. */
function optionsOf(
  { kind, lines }: ChartPlan,
  element: HTMLElement,
  colours: readonly string[],
  onPoint: (plot: uPlot) => void,
): uPlot.Options {
  const { color, borderTopColor, fontFamily } = getComputedStyle(element);
  const axis = {
    stroke: color,
    font: `12px ${fontFamily}`,
    grid: { stroke: borderTopColor, width: 1 },
    ticks: { stroke: borderTopColor, width: 1, size: 4 },
  };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { sync: { key: 'health' }, drag: { x: false, y: false }, points: { size: 7 } },
    scales: { y: { range: (_plot, _least, most) => [0, Math.max(most ?? 0, 1) * 1.1] } },
    axes: [
      { ...axis, size: 32, space: 64, values: (_plot, splits) => splits.map(timeText) },
      { ...axis, size: 56, space: 36, values: (_plot, splits) => splits.map((value) => formatValue(value, kind)) },
    ],
    series: [
      {},
      ...lines.map(({ name }, index) => ({
        label: name,
        stroke: colours[index] ?? color,
        width: 2,
        dash: [...(DASHES[index] ?? [])],
        // Times are measured only where something was posted: a point without neighbours would be no line.
        points: { size: 5, ...(kind === 'milliseconds' && { show: true }) },
      })),
    ],
    hooks: { setCursor: [onPoint] },
  };
}
