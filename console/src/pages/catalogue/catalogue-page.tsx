import index from 'virtual:catalogue';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { useDescription } from '../../hub/use-description.ts';
import { inputClass } from '../../ui/field.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import styles from './catalogue.module.css';
import { differencesOf, entriesOf, searchIndex } from './catalogue-index.ts';
import { ModulePanel } from './module-panel.tsx';

const route = getRouteApi('/catalogue');
const ALL = entriesOf(index).length;

/** Every event type that the console was built with, and where the hub has others. */
export function CataloguePage() {
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  // The address follows some moments later, and a field that waits for it mixes up letters that are typed fast.
  const [typed, setTyped] = useState<string>();
  const wanted = typed ?? q;
  const search = useDeferredValue(wanted);
  const found = useMemo(() => searchIndex(index, search), [search]);
  const count = entriesOf(found).length;
  return (
    <Page
      title="Catalogue"
      about="Every event that travels through the hub: what is in it, who publishes it, who is told, and how to become one of them."
    >
      <HubNotice />
      <div className={styles['search']}>
        <Search size={18} aria-hidden />
        <input
          type="search"
          className={inputClass}
          aria-label="Search event types"
          placeholder="Type, title, service or owner"
          autoComplete="off"
          spellCheck={false}
          value={wanted}
          onChange={({ target: { value } }) => {
            setTyped(value);
            void navigate({
              to: '/catalogue',
              search: value === '' ? {} : { q: value },
              replace: true,
              resetScroll: false,
            }).then(() => setTyped((last) => (last === value ? undefined : last)));
          }}
        />
        <p role="status" className={styles['muted']}>
          {count === ALL ? `${ALL} event types` : `${count} of ${ALL} event types`}
        </p>
      </div>
      {count === 0 && (
        <Empty title="No event type matches">
          <p>All words have to be in a type’s name, title, owner or services.</p>
        </Empty>
      )}
      {found.modules.map((module) => (
        <ModulePanel key={module.name} module={module} />
      ))}
    </Page>
  );
}

/** Says where the hub has other types than the catalogue; nothing where it has the same. */
function HubNotice() {
  const { value, error } = useDescription();
  if (value === undefined) {
    return error === undefined ? null : (
      <Notice tone="info" title="The hub does not say which types it has">
        <p>What follows was built into this page; the hub may have other types.</p>
      </Notice>
    );
  }
  const { onlyInHub, onlyInCatalogue } = differencesOf(index, value);
  if (onlyInHub.length + onlyInCatalogue.length === 0) return null;
  return (
    <Notice tone="warn" title="The hub and this catalogue are of different schemas">
      {onlyInHub.length > 0 && (
        <p>
          The hub also has: <TypeLinks types={onlyInHub} />
        </p>
      )}
      {onlyInCatalogue.length > 0 && (
        <p>
          The hub does not have: <TypeLinks types={onlyInCatalogue} />
        </p>
      )}
    </Notice>
  );
}

function TypeLinks({ types }: { readonly types: readonly string[] }) {
  return types.map((type, place) => (
    <span key={type}>
      {place > 0 && ', '}
      <Link to="/catalogue/$type" params={{ type }}>
        <code>{type}</code>
      </Link>
    </span>
  ));
}
