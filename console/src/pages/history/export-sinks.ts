import type { ExportSink } from './export-events.ts';

/** A file that is being written. */
export interface ExportFile extends ExportSink {
  /** Whether it becomes a file by {@link finish} only, so that one may ask before. */
  readonly asks: boolean;
  /** Keeps what was written. Where the file is not on the disk yet, this downloads it. */
  finish(): Promise<void>;
}

interface WritableFile {
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

interface FilePicker {
  showSaveFilePicker?(options: {
    readonly suggestedName: string;
    readonly types: readonly {
      readonly description: string;
      readonly accept: Readonly<Record<string, readonly string[]>>;
    }[];
  }): Promise<{ createWritable(): Promise<WritableFile> }>;
}

const TYPE = 'application/x-ndjson';

/**
 * A file for an export: on the disk at once where the browser lets one choose it, and else in pieces that the browser
 * may put on its own disk, downloaded in the end.
 * @returns `undefined` if no file was chosen
 */
export async function openExportFile(name: string): Promise<ExportFile | undefined> {
  const { showSaveFilePicker } = globalThis as FilePicker;
  if (showSaveFilePicker === undefined) return new Download(name);
  try {
    const types = [{ description: 'Newline-delimited JSON', accept: { [TYPE]: ['.ndjson'] } }];
    const file = await (await showSaveFilePicker({ suggestedName: name, types })).createWritable();
    return { asks: false, write: (text) => file.write(text), finish: () => file.close() };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw error;
  }
}

/** Characters that are kept as text before they become a piece of a `Blob`, which need not be in memory. */
const PIECE = 4_000_000;

/** How long a download may take to begin. */
const MINUTE = 60_000;

class Download implements ExportFile {
  readonly asks = true;
  readonly #name: string;
  readonly #pieces: Blob[] = [];
  #texts: string[] = [];
  #length = 0;

  constructor(name: string) {
    this.#name = name;
  }

  async write(text: string): Promise<void> {
    this.#texts.push(text);
    this.#length += text.length;
    if (this.#length > PIECE) this.#cut();
  }

  async finish(): Promise<void> {
    this.#cut();
    const url = URL.createObjectURL(new Blob(this.#pieces, { type: TYPE }));
    const link = document.createElement('a');
    link.href = url;
    link.download = this.#name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), MINUTE);
  }

  #cut(): void {
    this.#pieces.push(new Blob(this.#texts, { type: TYPE }));
    this.#texts = [];
    this.#length = 0;
  }
}
