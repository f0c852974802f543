/**
 * Watches the bytes that a WebSocket client sends for the size of single frames, which the `ws` package does not tell:
 * API Gateway closes a connection over a frame that is too long even when the message is not.
 * Source: RFC 6455, section 5.2, for the layout.
 */
export class FrameMeter {
  #header = Buffer.alloc(0);
  #payloadLeft = 0;

  /** @returns the length in bytes of the longest frame that begins in this chunk */
  feed(chunk: Buffer): number {
    let rest = chunk;
    let longest = 0;
    while (rest.length > 0) {
      const skipped = Math.min(this.#payloadLeft, rest.length);
      this.#payloadLeft -= skipped;
      rest = rest.subarray(skipped);
      if (rest.length === 0) break;
      const known = this.#header.length;
      this.#header = Buffer.concat([this.#header, rest.subarray(0, 14 - known)]);
      const frame = readHeader(this.#header);
      if (frame === undefined) break;
      rest = rest.subarray(frame.headerLength - known);
      this.#header = Buffer.alloc(0);
      this.#payloadLeft = frame.payloadLength;
      longest = Math.max(longest, frame.payloadLength);
    }
    return longest;
  }
}

function readHeader(bytes: Buffer): { readonly headerLength: number; readonly payloadLength: number } | undefined {
  if (bytes.length < 2) return undefined;
  const second = bytes.readUInt8(1);
  const short = second & 0x7f;
  const extended = short === 127 ? 8 : short === 126 ? 2 : 0;
  const headerLength = 2 + extended + (second & 0x80 ? 4 : 0);
  if (bytes.length < headerLength) return undefined;
  const payloadLength =
    extended === 8 ? Number(bytes.readBigUInt64BE(2)) : extended === 2 ? bytes.readUInt16BE(2) : short;
  return { headerLength, payloadLength };
}
