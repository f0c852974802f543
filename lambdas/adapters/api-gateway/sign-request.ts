import { createHash, createHmac } from 'node:crypto';

/** Credentials of AWS, as Lambda gives them to a function for as long as it runs. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

/** A request to be signed. */
export interface Signable {
  readonly method: string;
  readonly host: string;
  /** As it is sent, encoded. */
  readonly path: string;
  readonly body: string;
}

/** Signs a request: the headers to send it with. */
export type Signer = (request: Signable, now: Date) => Readonly<Record<string, string>>;

/**
 * Signs requests for one service of AWS by Signature Version 4. Nothing but posts to sockets is signed by it: a fan-out
 * does little else, and the SDK's signer takes twice the processor time of all the rest of a post. A test holds it against
 * that signer.
 * Source: AWS IAM user guide, "Create a signed AWS API request".
 */
export function createSigner(
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  region: string,
  service: string,
): Signer {
  let day = '';
  let key: Buffer | string = '';
  const token = sessionToken === undefined ? '' : `x-amz-security-token:${sessionToken}\n`;
  const signed = `host;x-amz-date${sessionToken === undefined ? '' : ';x-amz-security-token'}`;
  return ({ method, host, path, body }, now) => {
    const date = `${now.toISOString().slice(0, 19).replaceAll(/[:-]/g, '')}Z`;
    const today = date.slice(0, 8);
    if (today !== day) {
      day = today;
      key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, day), region), service), 'aws4_request');
    }
    const scope = `${day}/${region}/${service}/aws4_request`;
    const canonical = `${method}\n${encodePath(path)}\n\nhost:${host}\nx-amz-date:${date}\n${token}\n${signed}\n${sha256(body)}`;
    const signature = createHmac('sha256', key)
      .update(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`)
      .digest('hex');
    return {
      host,
      'x-amz-date': date,
      ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
    };
  };
}

/** Every service but S3 has the path encoded once more: what is encoded in it already, twice. */
const encodePath = (path: string): string =>
  path
    .split('/')
    .map((part) => encodeURIComponent(part).replaceAll(/[!'()*]/g, percent))
    .join('/');

const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
