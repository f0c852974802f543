import { createElement, Fragment } from 'react';
import { CopyButton } from '../../ui/copy-button.tsx';
import styles from './catalogue.module.css';
import type { CodeTokens, RichNode, RichText } from './catalogue-data.ts';
import { typeParts } from './catalogue-index.ts';

/** A type with its parts told apart. */
export function TypeName({ type }: { readonly type: string }) {
  const parts = typeParts(type);
  if (parts === undefined) return <code>{type}</code>;
  return (
    <code className={styles['type']}>
      <span className={styles['dim']}>{parts.module}</span>
      <wbr />
      {parts.entity}
      <span className={styles['dim']}>:</span>
      <wbr />
      <span className={styles['action']}>{parts.action}</span>
      <span className={styles['dim']}>@{parts.version}</span>
    </code>
  );
}

/** Names of services. */
export function Chips({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return <span className={styles['muted']}>not said</span>;
  return (
    <ul className={styles['chips']}>
      {names.map((name) => (
        <li key={name} className={styles['chip']}>
          {name}
        </li>
      ))}
    </ul>
  );
}

/** What descriptions may have; anything else stands without its element. */
const ELEMENTS = new Set('p strong em s code pre a ul ol li blockquote hr br table thead tbody tr th td'.split(' '));
const EMPTY = new Set(['hr', 'br']);

/** A description; its texts are texts, and its elements are some that mean no harm. */
export function Rich({ text }: { readonly text: RichText }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: nothing in it ever moves
  return text.map((node, place) => <RichPart key={place} node={node} />);
}

function RichPart({ node }: { readonly node: RichNode }) {
  if (typeof node === 'string') return node;
  const { tag, href, children } = node;
  const inner = <Rich text={children} />;
  if (!ELEMENTS.has(tag)) return <Fragment>{inner}</Fragment>;
  if (EMPTY.has(tag)) return createElement(tag);
  if (tag !== 'a') return createElement(tag, {}, inner);
  // The generator lets no other scheme through; this says it again where it counts.
  if (href === undefined || !/^(?:https?|mailto):/i.test(href)) return <span>{inner}</span>;
  return (
    <a href={href} rel="noopener noreferrer" target="_blank">
      {inner}
    </a>
  );
}

const COLOURED = new Set([
  'keyword',
  'string',
  'string-expression',
  'comment',
  'constant',
  'function',
  'parameter',
  'punctuation',
]);

/** Code in a frame, under its title, with a button that copies it. */
export function CodeFrame({
  title,
  name,
  code,
}: {
  readonly title: RichText;
  /** What screen readers call the code. */
  readonly name: string;
  readonly code: CodeTokens;
}) {
  return (
    <figure className={styles['frame']}>
      <figcaption className={styles['frameHead']}>
        <span>
          <Rich text={title} />
        </span>
        <CopyButton name="Copy" text={() => textOf(code)} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <section tabIndex={0} aria-label={name} className={styles['pre']}>
        <pre>
          <code>
            {code.map((token, place) =>
              typeof token === 'string' ? (
                token
              ) : (
                // biome-ignore lint/suspicious/noArrayIndexKey: nothing in it ever moves
                <span key={place} className={COLOURED.has(token[0]) ? styles[`t-${token[0]}`] : undefined}>
                  {token[1]}
                </span>
              ),
            )}
          </code>
        </pre>
      </section>
    </figure>
  );
}

const textOf = (code: CodeTokens): string =>
  code.map((token) => (typeof token === 'string' ? token : token[1])).join('');
