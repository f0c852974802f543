import { createServer, type IncomingMessage, type Server, type ServerResponse, request as send } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type Buckets, fillBuckets } from './bucket-deployment.ts';
import { toFile } from './bucket-file.ts';
import { Distribution } from './cloudfront.ts';
import { answerJson, close, HOST, isObject, listen, turnAway } from './http.ts';
import type { Stacks } from './stacks.ts';
import type { Resource } from './template.ts';

/** Below this path, the page reaches the AWS endpoint as its own origin. */
const AWS_PATH = '/aws';

const CONFIGURATION = 'config.json';

/** What a page is told that only a sandbox has. */
export interface SandboxAddresses {
  readonly tokenUrl: string;
  readonly awsEndpointUrl: string;
  /** Module → name of its bus. */
  readonly buses: Readonly<Record<string, string>>;
}

/** Serves the console where the stack has one, and lets it reach the AWS endpoint. */
export class ConsoleHost {
  readonly #server: Server = createServer();
  readonly #open = turnAway(this.#server);
  #host = '';

  /**
   * Takes the port, and turns everybody away until there is something to serve.
   * @throws SandboxError when it is taken
   */
  async start(port: number): Promise<void> {
    this.#host = `${HOST}:${await listen(this.#server, port, 'console')}`;
  }

  /** `host:port`. */
  get host(): string {
    return this.#host;
  }

  /** Without a slash at the end. */
  get url(): string {
    return `http://${this.#host}`;
  }

  /**
   * Serves the distribution of the hub's stack.
   *
   * @returns whether there is one
   * @throws SandboxError for one that the sandbox cannot serve as CloudFront would
   */
  serve(stacks: Stacks, addresses: Omit<SandboxAddresses, 'awsEndpointUrl'>, awsEndpointUrl: string): boolean {
    const of = (type: string): readonly Resource[] => stacks.hub.resources(type);
    const [resource, another] = of('AWS::CloudFront::Distribution');
    another?.properties.refuse('DistributionConfig', 'found a second distribution; the sandbox serves one');
    const distribution =
      resource &&
      new Distribution(resource, {
        headersPolicies: of('AWS::CloudFront::ResponseHeadersPolicy'),
        accessControls: of('AWS::CloudFront::OriginAccessControl'),
        buckets: of('AWS::S3::Bucket'),
        bucketPolicies: of('AWS::S3::BucketPolicy'),
        files: withAddresses(
          fillBuckets(of('AWS::S3::Bucket'), of('Custom::CDKBucketDeployment'), stacks.assetFolder),
          { ...addresses, awsEndpointUrl: `${this.url}${AWS_PATH}` },
        ),
      });
    this.#open();
    this.#server.on('request', (request, response) => {
      if (distribution === undefined) return answerJson(response, 404, { message: 'Not Found' });
      if (!request.url?.startsWith(`${AWS_PATH}/`) && request.url !== AWS_PATH)
        return distribution.handle(request, response);
      this.#passOn(request, response, awsEndpointUrl).catch(() => response.destroy());
    });
    return distribution !== undefined;
  }

  end(): Promise<void> {
    return close(this.#server);
  }

  /** To the AWS endpoint, for the page and nobody else's: whoever reaches that may do everything. */
  async #passOn(request: IncomingMessage, response: ServerResponse, awsEndpointUrl: string): Promise<void> {
    const { host: _host, origin: _origin, ...headers } = request.headers;
    if (!this.#isOwn(request)) return answerJson(response, 403, { message: 'Forbidden' }, { connection: 'close' });
    if (request.method !== 'POST')
      return answerJson(response, 405, { message: 'Method Not Allowed' }, { allow: 'POST', connection: 'close' });
    // As text: two slashes at its beginning would name another host.
    const url = new URL(`${awsEndpointUrl}${request.url?.slice(AWS_PATH.length)}`);
    const passed = send(url, { method: 'POST', headers });
    response.once('close', () => passed.destroy());
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      passed.once('response', resolve).once('error', reject);
    });
    const [answer] = await Promise.all([answered, pipeline(request, passed)]);
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    await pipeline(answer, response);
  }

  /** The name of the host counts as well: another's may be made to lead here, and a page of it is of the same origin then. */
  #isOwn({ headers: { host, origin, 'sec-fetch-site': site } }: IncomingMessage): boolean {
    const hosts = [this.#host, this.#host.replace(HOST, 'localhost')];
    return (
      host !== undefined &&
      hosts.includes(host) &&
      (origin === undefined || origin === `http://${host}`) &&
      (site === undefined || site === 'same-origin')
    );
  }
}

/** Adds to the page's configuration, wherever one was deployed, what only a sandbox has. */
function withAddresses(buckets: Buckets, sandbox: SandboxAddresses): Buckets {
  return new Map(
    [...buckets].map(([name, files]) => {
      const file = files.get(CONFIGURATION);
      const found: unknown = file && JSON.parse(file.body.toString());
      if (file === undefined || !isObject(found)) return [name, files];
      const body = Buffer.from(JSON.stringify({ ...found, sandbox }));
      return [name, new Map([...files, [CONFIGURATION, toFile(CONFIGURATION, body, file.cacheControl)]])];
    }),
  );
}
