import { TidingsHistory } from '@tidings/client';
import type { Configuration } from '../../configuration.ts';
import { DEFAULT_TOKEN_SECONDS, type Persona } from '../../session/persona.ts';
import { Session } from '../../session/session.ts';
import { type EventDocument, identifiersOf } from '../publish/draft.ts';

const FIRST_WAIT = 100;
const LONGEST_WAIT = 2000;
const PATIENCE = 30_000;

/** Somebody who may see an event: of its tenant, and with one of whatever it asks for. */
export function witnessOf(event: EventDocument, scopes: readonly string[]): Persona {
  const first = (name: string) => identifiersOf(String(event[name] ?? '')).slice(0, 1);
  return {
    tenant: String(event['tenantid'] ?? ''),
    organizations: first('organizationids'),
    user: first('userids')[0] ?? 'witness',
    roles: first('roleids'),
    scopes,
    tokenSeconds: DEFAULT_TOKEN_SECONDS,
  };
}

/**
 * The number under which an event was recorded, also if none of the personas may see it: asked as somebody who may, for
 * whom the sandbox gives a token.
 */
export async function findSequence(configuration: Configuration, event: EventDocument): Promise<number | undefined> {
  const { apiUrl, readScope } = configuration;
  const witness = witnessOf(event, readScope === null ? [] : [readScope]);
  const session = await Session.ofPersona(configuration, witness);
  const history = new TidingsHistory({ apiUrl, token: session.token });
  const until = performance.now() + PATIENCE;
  for (let wait = FIRST_WAIT; performance.now() < until; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    const found = await history.event(event.id);
    if (found !== undefined) return Number(found.sequence);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
  return undefined;
}
