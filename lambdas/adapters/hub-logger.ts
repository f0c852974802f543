import { Logger, LogLevelThreshold } from '@aws-lambda-powertools/logger';
import { SafeLogFormatter } from './safe-log-formatter.ts';

/** What a line says besides its message. Values that are absent are left out. */
export type LineKeys = Readonly<Record<string, string | number | undefined>>;

/** The logger of every function: it writes nothing of what was sent, and many lines alike at once. */
export class HubLogger extends Logger {
  constructor() {
    super({ logFormatter: new SafeLogFormatter() });
  }

  /**
   * Logs a message once for each of some things, as `info` would one after the other. What the lines have in common is
   * made once, and all are written at once: of a batch of events, their lines were what cost most besides sending them.
   */
  infoEach(message: string, things: readonly LineKeys[]): void {
    if (things.length === 0 || this.level > LogLevelThreshold.INFO) return;
    const item = this.createAndPopulateLogItem(LogLevelThreshold.INFO, message, []);
    item.prepareForPrint();
    const shared = JSON.stringify(item.getAttributes()).slice(0, -1);
    let lines = '';
    for (const thing of things) {
      const own = JSON.stringify(thing).slice(1);
      lines += `${shared}${own === '}' ? '' : ','}${own}\n`;
    }
    // Where the logger itself writes to. A line of standard output is a log entry.
    process.stdout.write(lines);
  }
}
