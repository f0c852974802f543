import { RouterProvider } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Configuration } from './configuration.ts';
import { HubProvider } from './hub/hub-context.tsx';
import { SignIn } from './pages/sign-in/sign-in.tsx';
import { router } from './router.tsx';
import { type Access, AccessContext } from './session/access.tsx';
import { firstPersona, type Persona, rememberedPersona, rememberPersona } from './session/persona.ts';
import { PersonaDialog } from './session/persona-dialog.tsx';
import { Session } from './session/session.ts';
import { Button } from './ui/button.tsx';
import { Loading } from './ui/notice.tsx';

/** The page, once it knows its hub: whoever comes in sees it, as a persona of the sandbox or signed in. */
export function App({ configuration }: { readonly configuration: Configuration }) {
  return configuration.sandbox === undefined ? (
    <SignedIn configuration={configuration} />
  ) : (
    <Persons configuration={configuration} />
  );
}

function Persons({ configuration }: { readonly configuration: Configuration }) {
  const [persona, setPersona] = useState(() => rememberedPersona() ?? firstPersona(allScopes(configuration)));
  const begin = useCallback(() => Session.ofPersona(configuration, persona), [configuration, persona]);
  const { session, error, again } = useBegun(begin);
  const access = useMemo<Access>(
    () => ({
      persona,
      choosePersona: (chosen: Persona) => {
        rememberPersona(chosen);
        setPersona({ ...chosen });
      },
      signInAgain: again,
      signOut: again,
    }),
    [persona, again],
  );
  return <Gate configuration={configuration} access={access} session={session} error={error} onSignIn={again} />;
}

function SignedIn({ configuration }: { readonly configuration: Configuration }) {
  const begin = useCallback(async () => {
    // Only where people sign in does anybody need the library for it.
    const { createOidc } = await import('./session/oidc.ts');
    const oidc = createOidc(configuration);
    await oidc.comeBack();
    return (await oidc.isSignedIn()) ? await Session.begin(configuration, oidc.give) : undefined;
  }, [configuration]);
  const { session, error } = useBegun(begin);
  const [failure, setFailure] = useState<unknown>();
  const access = useMemo<Access>(() => {
    const act = (what: 'signIn' | 'signOut') => () =>
      void import('./session/oidc.ts')
        .then(({ createOidc }) => createOidc(configuration)[what]())
        .then(() => what === 'signOut' && location.reload())
        .catch(setFailure);
    return { persona: undefined, choosePersona: () => undefined, signInAgain: act('signIn'), signOut: act('signOut') };
  }, [configuration]);
  return (
    <Gate
      configuration={configuration}
      access={access}
      session={session}
      error={failure ?? error}
      onSignIn={access.signInAgain}
    />
  );
}

function Gate({
  configuration,
  access,
  session,
  error,
  onSignIn,
}: {
  readonly configuration: Configuration;
  readonly access: Access;
  readonly session: Session | null | undefined;
  readonly error: unknown;
  readonly onSignIn: () => void;
}) {
  if (session === null) return <Loading name="Signing in" />;
  if (session === undefined) {
    return (
      <SignIn environment={configuration.environment} error={error} onSignIn={onSignIn}>
        {access.persona !== undefined && <SomebodyElse persona={access.persona} onChoose={access.choosePersona} />}
      </SignIn>
    );
  }
  return (
    <AccessContext value={access}>
      <HubProvider configuration={configuration} session={session}>
        <RouterProvider router={router} />
      </HubProvider>
    </AccessContext>
  );
}

/** Who was chosen may be somebody whom the issuer gives no token. */
function SomebodyElse({
  persona,
  onChoose,
}: {
  readonly persona: Persona;
  readonly onChoose: (persona: Persona) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Be somebody else</Button>
      {isOpen && (
        <PersonaDialog title="Who looks" persona={persona} onChoose={onChoose} onClose={() => setOpen(false)} />
      )}
    </>
  );
}

/** A session that is being begun: `null` until it is known whether there is one, `undefined` if there is none. */
function useBegun(begin: () => Promise<Session | undefined>) {
  const [turn, setTurn] = useState(0);
  const [begun, setBegun] = useState<{ readonly session: Session | null | undefined; readonly error: unknown }>({
    session: null,
    error: undefined,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn begins again
  useEffect(() => {
    let isWanted = true;
    begin().then(
      (session) => isWanted && setBegun({ session, error: undefined }),
      (error) => isWanted && setBegun({ session: undefined, error }),
    );
    return () => {
      isWanted = false;
    };
  }, [begin, turn]);
  return { ...begun, again: useCallback(() => setTurn((last) => last + 1), []) };
}

const allScopes = ({ readScope, modules }: Configuration): readonly string[] => [
  ...(readScope === null ? [] : [readScope]),
  'subscriptions:write',
  'operations:read',
  'operations:write',
  ...modules,
];
