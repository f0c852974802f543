import { messageOf } from './sandbox-error.ts';

/** What was started to open a browser; it ends long before the browser does. */
interface Opener {
  once(event: 'exit', listener: (code: number | null) => void): unknown;
}

/** Opens a URL by what the system has for it. Loaded only by who asks for it. */
const openBySystem = async (url: string): Promise<Opener> => (await import('open')).default(url);

/**
 * Opens a page in the browser of whoever sits before this machine. Where there is none, or none can be seen, it says so,
 * and that is all: the page is there.
 *
 * @param url absent where there is no page
 */
export async function openInBrowser(
  url: string | undefined,
  say: (line: string) => void,
  open: (url: string) => Promise<Opener> = openBySystem,
): Promise<void> {
  if (url === undefined) {
    say('--open: the stack has no console');
    return;
  }
  const excuse = (reason: string): void =>
    say(`--open: found no browser to open (${reason}). The console is at ${url}`);
  try {
    const opener = await open(url);
    opener.once('exit', (code) => {
      if (code !== null && code !== 0) excuse(`it ended with ${code}`);
    });
  } catch (error) {
    excuse(messageOf(error));
  }
}
