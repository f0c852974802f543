import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import type { EventTypeDescription } from '../../hub/description.ts';
import { useHub } from '../../hub/hub-context.tsx';
import { useAccess } from '../../session/access.tsx';
import { firstPersona } from '../../session/persona.ts';
import { Button } from '../../ui/button.tsx';
import { Loading, Notice } from '../../ui/notice.tsx';
import { draftOf, toEvent } from '../publish/draft.ts';
import { PersonaPanel } from './persona-panel.tsx';
import styles from './personas.module.css';
import { type Audience, completed, EVERYBODY, PRESETS, type Preset } from './presets.ts';
import { PublicationTable } from './publication-table.tsx';
import { Publications, SIDES, type Side } from './publications.ts';
import { PublishOnce } from './publish-once.tsx';
import { type Pair, rememberedPair, rememberPair } from './remembered.ts';
import type { Seat } from './seat.ts';
import { useSeat } from './use-seat.ts';
import { witness } from './witness.ts';

const [, ANOTHER_ORGANISATION] = PRESETS;

export function SideBySide({
  types,
  first,
}: {
  readonly types: readonly EventTypeDescription[];
  readonly first: EventTypeDescription;
}) {
  const { configuration } = useHub();
  const { persona } = useAccess();
  const [pair, setPair] = useState<Pair>(() => rememberedPair() ?? pairOf(persona ?? firstPersona([])));
  const [type, setType] = useState(first);
  const [as, setAs] = useState<Side>('left');
  const [audience, setAudience] = useState<Audience>(() => ANOTHER_ORGANISATION?.audience(pair.left) ?? EVERYBODY);
  const [publications] = useState(() => new Publications((event, signal) => witness(configuration, event, signal)));
  const rows = useSyncExternalStore(publications.subscribe, () => publications.rows);
  const leave = useCallback((seat: Seat) => publications.leave(seat), [publications]);
  const left = useSeat(pair.left, leave);
  const right = useSeat(pair.right, leave);
  useEffect(() => rememberPair(pair), [pair]);
  useEffect(() => () => publications.stop(), [publications]);
  useEffect(() => {
    const forget = [left, right].map((seat) => seat?.subscribe(publications.look));
    return () => {
      for (const each of forget) each?.();
    };
  }, [left, right, publications]);
  const areLive = useAreLive(left, right);

  const apply = ({ right: rightOf, audience: audienceOf }: Preset) => {
    const next = completed(pair.left);
    setPair({ left: same(next, pair.left) ? pair.left : next, right: rightOf(next) });
    setAudience(audienceOf(next));
    setAs('left');
  };
  const publish = () => {
    if (left === undefined || right === undefined) return;
    const draft = draftOf(type, pair[as].tenant);
    const event = toEvent({ ...draft, envelope: { ...draft.envelope, ...audience } });
    void publications.publish(event, as, { left, right });
  };
  const [last] = rows;
  if (left === undefined || right === undefined) return <Loading lines={8} />;
  const seats = { left, right };
  return (
    <>
      <div className={styles['presets']}>
        <h2 className={styles['presetsTitle']}>What is to be seen</h2>
        <div className={styles['row']}>
          {PRESETS.map((preset) => (
            <Button key={preset.name} title={preset.about} onClick={() => apply(preset)}>
              {preset.name}
            </Button>
          ))}
        </div>
      </div>
      <div className={styles['pair']}>
        {SIDES.map((side) => (
          <PersonaPanel
            key={side}
            side={side}
            persona={pair[side]}
            seat={seats[side]}
            last={last}
            onChange={(changed) => setPair({ ...pair, [side]: changed })}
          />
        ))}
      </div>
      {last?.error !== undefined && (
        <Notice tone="bad" title={`Not accepted (${last.error.code})`}>
          <p>{last.error.detail}</p>
          <p>{last.error.advice}</p>
        </Notice>
      )}
      <PublishOnce
        types={types}
        type={type}
        pair={pair}
        as={as}
        audience={audience}
        canPublish={areLive}
        onType={setType}
        onAs={setAs}
        onAudience={setAudience}
        onPublish={publish}
      />
      <PublicationTable rows={rows} />
    </>
  );
}

function pairOf(persona: Pair['left']): Pair {
  const left = completed(persona);
  return { left, right: ANOTHER_ORGANISATION?.right(left) ?? left };
}

const same = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);

function useAreLive(left: Seat | undefined, right: Seat | undefined): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const forget = [left?.subscribe(listener), right?.subscribe(listener)];
      return () => {
        for (const each of forget) each?.();
      };
    },
    [left, right],
  );
  return useSyncExternalStore(subscribe, () => left?.isLive === true && right?.isLive === true);
}
