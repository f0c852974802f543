const TIME = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hour12: false,
});
const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', hour12: false });

/** A point in time in the reader's zone; the whole of it, with the zone's offset, when one points at it. */
export function Timestamp({ at, isShort = false }: { readonly at: string; readonly isShort?: boolean }) {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return <span>{at}</span>;
  return (
    <time dateTime={at} title={at}>
      {(isShort ? TIME : DATE).format(time)}
    </time>
  );
}
