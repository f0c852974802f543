import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type CachedDocument, cachedDocument, toDocumentAnswer } from '../adapters/api-gateway/cached-document.ts';
import { readConfiguration } from '../adapters/configuration.ts';
import { systemSurroundings } from '../adapters/surroundings.ts';
import { createTokenEndpoint } from '../adapters/token-endpoint.ts';
import { type Description, placeAsyncapi, placeOpenapi } from '../core/place-description.ts';
import { VARIABLES } from '../variables.ts';

const configuration = readConfiguration(process.env);
const place = {
  apiUrl: configuration.url(VARIABLES.apiUrl),
  socketUrl: configuration.url(VARIABLES.socketEndpoint),
  readScope: configuration.readScope(),
};
const [issuer] = configuration.issuers();
const readTokenEndpoint = createTokenEndpoint({ issuer: issuer?.issuer ?? '', surroundings: systemSurroundings });

const toDocument = (description: Description): CachedDocument =>
  cachedDocument(`${JSON.stringify(description, null, 2)}\n`);

// Each is large, grows with every event type, and is read when it is asked for first: a start reads neither.
const readAsyncapi = () => import('@tidings/contracts/gen/asyncapi.json', { with: { type: 'json' } });
const readOpenapi = () => import('@tidings/contracts/gen/openapi.json', { with: { type: 'json' } });

let asyncapiDocument: CachedDocument | undefined;
/** By the token endpoint that it names, which the issuer may tell only later. */
let openapiDocument: { readonly tokenUrl: string | undefined; readonly document: CachedDocument } | undefined;

/** `GET /openapi.json` and `GET /asyncapi.json`: what the hub can do, for tools and for people. Takes no token. */
export async function handler(request: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  if (request.routeKey === 'GET /asyncapi.json') {
    asyncapiDocument ??= toDocument(placeAsyncapi((await readAsyncapi()).default, place));
    return toDocumentAnswer(asyncapiDocument, request);
  }
  const tokenUrl = await readTokenEndpoint();
  if (openapiDocument === undefined || openapiDocument.tokenUrl !== tokenUrl) {
    const { default: openapi } = await readOpenapi();
    openapiDocument = { tokenUrl, document: toDocument(placeOpenapi(openapi, { ...place, tokenUrl })) };
  }
  return toDocumentAnswer(openapiDocument.document, request);
}
