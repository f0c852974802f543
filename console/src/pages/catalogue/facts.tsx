import { ArrowRight } from 'lucide-react';
import { useHub } from '../../hub/hub-context.tsx';
import styles from './catalogue.module.css';
import type { TypeData } from './catalogue-data.ts';
import { Chips } from './parts.tsx';

/** Where events of a type come from, where they go, and what it takes to be one of those. */
export function Facts({ data }: { readonly data: TypeData }) {
  const { environment } = useHub().configuration;
  const { producers, consumers, module, owner, source, scope, buses } = data;
  return (
    <>
      <div className={styles['flow']}>
        <div>
          <h2 className={styles['flowHead']}>Published by</h2>
          <Chips names={producers} />
        </div>
        <p className={styles['through']}>
          <ArrowRight size={16} aria-hidden />
          <span className="visually-hidden">through the hub’s module </span>
          {module}
          <ArrowRight size={16} aria-hidden />
        </p>
        <div>
          <h2 className={styles['flowHead']}>Consumed by</h2>
          <Chips names={consumers} />
        </div>
      </div>
      <dl className={styles['facts']}>
        <div>
          <dt>Owner</dt>
          <dd>{owner ?? <span className={styles['muted']}>not said</span>}</dd>
        </div>
        <div>
          <dt>Source</dt>
          <dd>
            <code>{source}</code>
          </dd>
        </div>
        <div>
          <dt>Scope</dt>
          <dd>
            <code>{scope}</code>
          </dd>
        </div>
        {buses.map(({ environment: each, name }) => (
          <div key={each} data-current={each === environment}>
            <dt>
              Bus in {each}
              {each === environment && ' (here)'}
            </dt>
            <dd>
              <code>{name}</code>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
