import { Button } from '../ui/button.tsx';
import { Notice, Problem } from '../ui/notice.tsx';

/** Why the hub has not answered: a scope that is missing, by its name, or whatever else it says. */
export function HubProblem({
  error,
  scope,
  title,
  onRetry,
}: {
  readonly error: unknown;
  /** The scope that the question takes; `null` where the environment checks none. */
  readonly scope: string | null;
  readonly title?: string;
  readonly onRetry?: () => void;
}) {
  if ((error as { readonly code?: unknown } | undefined)?.code === 'SCOPE_MISSING')
    return <MissingScope scope={scope} />;
  return (
    <Problem
      error={error}
      {...(title !== undefined && { title })}
      action={onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
    />
  );
}

/** Says that the token does not let its bearer do something, and what would. */
export function MissingScope({ scope, to = 'see this' }: { readonly scope: string | null; readonly to?: string }) {
  return (
    <Notice tone="warn" title={`You are not allowed to ${to}`}>
      <p>
        {scope === null ? (
          'The token lacks a scope for it.'
        ) : (
          <>
            It takes the scope <code>{scope}</code>, which your token lacks.
          </>
        )}{' '}
        Ask whoever gives out access to this hub.
      </p>
    </Notice>
  );
}
