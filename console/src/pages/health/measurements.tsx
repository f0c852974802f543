import { lazy, Suspense, useCallback, useEffect, useRef } from 'react';
import { useHub } from '../../hub/hub-context.tsx';
import { useDescription } from '../../hub/use-description.ts';
import { useResource } from '../../hub/use-resource.ts';
import { Button } from '../../ui/button.tsx';
import { Empty, Problem } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Choices } from './choices.tsx';
import styles from './health.module.css';
import { CHARTS, chartData, groupRejected, RANGES, type RangeMinutes } from './series.ts';

const Chart = lazy(() => import('./chart.tsx'));

/** What the hub has counted and measured: charts, and what it has refused. */
export function Measurements({
  minutes,
  onRange,
}: {
  readonly minutes: RangeMinutes;
  readonly onRange: (minutes: RangeMinutes) => void;
}) {
  const { operations } = useHub();
  const read = useCallback((signal: AbortSignal) => operations.metrics({ minutes, signal }), [operations, minutes]);
  // A value is of a minute, and CloudWatch is paid by the question.
  const { value: found, error, isLoading, reload } = useResource(read, { everySeconds: 60 });
  const value = useKept(found, operations);
  return (
    <>
      <Panel
        title="Over time"
        actions={
          <>
            <Choices
              name="How far back"
              options={RANGES.map((range) => ({ value: range.minutes, label: range.name }))}
              chosen={minutes}
              onChoose={onRange}
            />
            <Button onClick={reload} isBusy={isLoading}>
              Refresh
            </Button>
          </>
        }
      >
        {error !== undefined && (
          <Problem
            title="The measurements could not be read"
            error={error}
            action={<Button onClick={reload}>Try again</Button>}
          />
        )}
        {(value !== undefined || error === undefined) && (
          <div className={styles['charts']} aria-busy={found === undefined}>
            {CHARTS.map((plan) => (
              <Suspense key={plan.title} fallback={<Waiting title={plan.title} />}>
                {value === undefined ? (
                  <Waiting title={plan.title} />
                ) : (
                  <Chart plan={plan} data={chartData(value, plan)} />
                )}
              </Suspense>
            ))}
          </div>
        )}
      </Panel>
      <Panel title="Refused, by reason">
        {value !== undefined && <Rejected groups={groupRejected(value.rejected)} />}
        {value === undefined && <p className={styles['noReasons']}>{error === undefined ? '' : 'Not known.'}</p>}
      </Panel>
    </>
  );
}

/** The last value of the same hub, while the one for another range is on its way: charts and tables stay where they are. */
function useKept<Value>(value: Value | undefined, hub: unknown): Value | undefined {
  const kept = useRef<{ readonly value: Value; readonly hub: unknown }>(undefined);
  useEffect(() => {
    if (value !== undefined) kept.current = { value, hub };
  }, [value, hub]);
  const last = kept.current;
  return value ?? (last?.hub === hub ? last?.value : undefined);
}

/** Stands where a chart is about to be, as high as one. */
const Waiting = ({ title }: { readonly title: string }) => (
  <figure className={styles['chart']}>
    <figcaption className={styles['chartHead']}>
      <h3>{title}</h3>
    </figcaption>
  </figure>
);

function Rejected({ groups }: { readonly groups: ReturnType<typeof groupRejected> }) {
  const codes = useDescription().value?.codes;
  if (groups.length === 0) return <Empty title="Nothing was refused in this time" />;
  return (
    <div className={styles['groups']}>
      {groups.map((group) => {
        const most = group.codes[0]?.count ?? 1;
        return (
          <div key={group.metric}>
            <h3>
              {group.name} <span className={styles['muted']}>{group.total}</span>
            </h3>
            <ul className={styles['reasons']}>
              {group.codes.map(({ code, count }) => (
                <li key={code}>
                  <span className={styles['reasonHead']}>
                    <code>{code}</code>
                    <strong>{count}</strong>
                  </span>
                  <span className={styles['track']} aria-hidden="true">
                    <span className={styles['bar']} style={{ inlineSize: `${(count / most) * 100}%` }} />
                  </span>
                  {codes?.has(code) === true && (
                    <span className={styles['muted']}>{codes.get(code)?.replaceAll('`', '')}</span>
                  )}
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </div>
  );
}
