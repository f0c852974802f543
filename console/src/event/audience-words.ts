import { type AudienceRule, type AudienceRuleName, explainAudience, type Viewer } from '@tidings/client';
import type { Identity } from '../session/identity.ts';
import type { SeenEvent } from './as-text.ts';
import { visibleText } from './visible-text.ts';

/** One rule of an event's audience, in words. */
export interface AudienceWords {
  readonly rule: AudienceRuleName;
  readonly name: string;
  /** Whom it lets in. */
  readonly who: string;
  /** Why it lets in who looks, or does not. */
  readonly why: string;
  readonly matches: boolean;
}

const NAMES: Readonly<Record<AudienceRuleName, string>> = {
  tenant: 'Tenant',
  organizations: 'Organisations',
  users: 'Users',
  roles: 'Roles',
};

/** What each rule calls who is named, and who looks. */
const WORDS: Readonly<Record<AudienceRuleName, { readonly only: string; readonly you: string }>> = {
  tenant: { only: 'Only', you: 'you are of' },
  organizations: { only: 'Only members of', you: 'you are in' },
  users: { only: 'Only', you: 'you are' },
  roles: { only: 'Only who has the role', you: 'you have' },
};

/** More names than anybody reads. */
const MOST_NAMED = 20;

/** Who may see an event and why somebody may, by the hub's own rule. */
export function audienceInWords(event: SeenEvent, identity: Identity): readonly AudienceWords[] {
  return explainAudience(event, viewerOf(identity)).rules.map(inWords);
}

export const viewerOf = ({ tenant, organizations, user, roles }: Identity): Viewer => ({
  tenant: tenant ?? '',
  organizations,
  user,
  roles,
});

function inWords({ rule, asked, has, matches }: AudienceRule): AudienceWords {
  const { only, you } = WORDS[rule];
  const name = NAMES[rule];
  if (asked.length === 0) return { rule, name, who: 'Everyone', why: 'The event asks for none', matches };
  const held = new Set(has);
  const shared = asked.filter((each) => held.has(each));
  const found = has.filter((each) => each !== '');
  const why = matches ? `${you} ${list(shared)}` : found.length === 0 ? 'you have none' : `${you} ${list(found)}`;
  return { rule, name, who: `${only} ${list(asked, ' or ')}`, why: capital(why), matches };
}

function list(names: readonly string[], last = ' and '): string {
  const shown = names.slice(0, MOST_NAMED).map((name) => visibleText(name, 80));
  if (names.length > MOST_NAMED) shown.push(`${names.length - MOST_NAMED} more`);
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')}${last}${shown.at(-1)}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
