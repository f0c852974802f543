import type { Cursor } from '@tidings/contracts';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Page, Reset } from '../../core/read-page.ts';
import { toProblem } from './problem.ts';

/** A body that is text already. */
export const toAnswer = (
  body: string,
  contentType = 'application/json',
  statusCode = 200,
): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'content-type': contentType, 'cache-control': 'no-store' },
  body,
});

/**
 * A page, or the problem that its cursor cannot be continued from.
 * @param cursor where a durable subscription stands; part of the answer if given
 */
export function toPageAnswer(page: Page | Reset, cursor?: Cursor): APIGatewayProxyStructuredResultV2 {
  const { epoch, sequence: head } = page.head;
  if (page.kind === 'reset') {
    const { reason, oldest } = page;
    const detail = `What follows the cursor is gone (${reason}); what is still there begins with ${oldest}`;
    return toProblem({ code: 'HISTORY_CUT', detail, members: { reason, epoch, oldest, head } });
  }
  // Events are JSON already: they are not parsed on their way.
  const events = page.events.map(({ json }) => json).join(',');
  const position = cursor === undefined ? '' : `"cursor":${JSON.stringify(cursor)},`;
  return toAnswer(
    `{${position}"epoch":${JSON.stringify(epoch)},"events":[${events}],"through":${page.through},"head":${head}}`,
  );
}
