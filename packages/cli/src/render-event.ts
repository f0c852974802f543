import { type RecordedEvent, splitList } from '@tidings/contracts';
import { harmless, type Paint } from './terminal.ts';

/** As wide as most types. */
const TYPE_WIDTH = 33;
const SEQUENCE_WIDTH = 5;
const LEAST_DATA = 20;

export interface Rendering {
  readonly paint: Paint;
  /** Characters of a line; data is cut to fit. */
  readonly width: number;
  readonly now: Date;
}

/** An event in one line: sequence, time, type, subject, whom it is for and who caused it, and data as far as it fits. */
export function renderEvent(event: RecordedEvent, { paint, width, now }: Rendering): string {
  const parts = [
    { format: 'bold', text: String(Number(event.sequence)).padStart(SEQUENCE_WIDTH) },
    { format: 'dim', text: localTime(event.time, now) },
    { format: 'cyan', text: event.type.padEnd(TYPE_WIDTH) },
    { format: 'yellow', text: event.subject ?? '-' },
    { format: 'magenta', text: people(event) },
  ] as const;
  const safe = parts.map(({ format, text }) => ({ format, text: harmless(text) }));
  const taken = safe.reduce((sum, { text }) => sum + [...text].length + 2, 0);
  const room = width - taken;
  // A narrow terminal gets a second line rather than a few characters of data.
  const data = shorten(harmless(dataOf(event)), Math.max(LEAST_DATA, room < LEAST_DATA ? room + width : room));
  return [...safe.map(({ format, text }) => paint(format, text)), data].join('  ');
}

/** Local time; with its date unless it is today's. */
function localTime(time: string, now: Date): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  const two = (value: number): string => `${value}`.padStart(2, '0');
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  if (at.toDateString() === now.toDateString()) return clock;
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock}`;
}

/** Whom an event is for, and who caused it: `to organization 1,2 + role admin by alice`. */
function people({ organizationids, userids, roleids, actorid }: RecordedEvent): string {
  const audience = [
    { kind: 'organization', list: organizationids },
    { kind: 'user', list: userids },
    { kind: 'role', list: roleids },
  ].flatMap(({ kind, list }) => (list === undefined ? [] : [`${kind} ${splitList(list)?.join(',')}`]));
  const to = audience.length === 0 ? 'everyone' : audience.join(' + ');
  return `to ${to}${actorid === undefined ? '' : ` by ${actorid}`}`;
}

function dataOf({ data, dataref }: RecordedEvent): string {
  if (dataref !== undefined) return `data at ${dataref}`;
  return data === undefined ? '' : JSON.stringify(data);
}

function shorten(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
