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

/** Looks for the number of an event that is about to be published. @returns `undefined` if it did not come to have one */
export type Look = () => Promise<number | undefined>;

/**
 * Learns under which number an event is recorded, also if none of the personas may see it: as somebody who may, for whom
 * the sandbox gives a token. It is called before the event is sent, so that what was there before is not searched.
 */
export async function witness(configuration: Configuration, event: EventDocument, signal: AbortSignal): Promise<Look> {
  const { apiUrl, readScope } = configuration;
  const persona = witnessOf(event, readScope === null ? [] : [readScope]);
  const session = await Session.ofPersona(configuration, persona);
  const history = new TidingsHistory({ apiUrl, token: session.token });
  const { head } = await history.page({ limit: 1, signal });
  return async () => {
    const until = performance.now() + PATIENCE;
    let after = head;
    for (let wait = FIRST_WAIT; !signal.aborted && performance.now() < until; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      const page = await history.page({ after, filter: { types: [event.type] }, signal });
      // The history was cut meanwhile: it goes on with what is left.
      if (page.kind === 'reset') after = page.oldest - 1;
      else {
        const found = page.events.find(({ id }) => id === event.id);
        if (found !== undefined) return Number(found.sequence);
        after = page.through;
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    return undefined;
  };
}
