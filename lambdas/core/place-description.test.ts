import asyncapi from '@tidings/contracts/gen/asyncapi.json' with { type: 'json' };
import openapi from '@tidings/contracts/gen/openapi.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { placeAsyncapi, placeOpenapi } from './place-description.ts';

const PLACE = {
  apiUrl: 'https://api.example.com',
  socketUrl: 'wss://socket.example.com/v1',
  readScope: 'events:read',
} as const;

describe('openapi.json in its place', () => {
  it('names the hub that serves it and the token endpoint, and is otherwise what was generated', () => {
    const placed = placeOpenapi(openapi, { ...PLACE, tokenUrl: 'https://login.example.com/token' });
    const { servers, ...rest } = placed;
    expect(servers).toEqual([{ url: 'https://api.example.com' }]);
    const { servers: _servers, ...generated } = structuredClone(openapi);
    generated.components.securitySchemes.oauth2.flows.clientCredentials.tokenUrl = 'https://login.example.com/token';
    expect(rest).toEqual(generated);
    expect(Object.keys(placed)).toEqual(Object.keys(openapi));
  });

  it('keeps the generated token endpoint where none could be found out', () => {
    const { servers: _servers, ...rest } = placeOpenapi(openapi, PLACE);
    const { servers: _generated, ...generated } = openapi;
    expect(rest).toEqual(generated);
  });

  it('asks for the scope of the environment', () => {
    const text = JSON.stringify(placeOpenapi(openapi, { ...PLACE, readScope: 'tidings/read' }));
    expect(text).not.toContain('"events:read"');
    expect(text.split('"tidings/read"')).toHaveLength(JSON.stringify(openapi).split('"events:read"').length);
  });

  it('asks for a token and no scope where reading takes none', () => {
    const placed = placeOpenapi(openapi, { ...PLACE, readScope: null });
    expect(JSON.stringify(placed)).not.toContain('"events:read"');
    expect(placed).toMatchObject({ paths: { '/events': { get: { security: [{ oauth2: [] }, { bearer: [] }] } } } });
  });
});

describe('asyncapi.json in its place', () => {
  it('names the socket of the hub that serves it, and is otherwise what was generated', () => {
    const { servers, ...rest } = placeAsyncapi(asyncapi, PLACE);
    const { variables: _variables, ...socket } = asyncapi.servers.socket;
    expect(servers).toEqual({
      socket: { ...socket, host: 'socket.example.com', pathname: '/v1', protocol: 'wss' },
      buses: asyncapi.servers.buses,
    });
    const { servers: _servers, ...generated } = asyncapi;
    expect(rest).toEqual(generated);
  });

  it('says ws where the sandbox does', () => {
    expect(placeAsyncapi(asyncapi, { ...PLACE, socketUrl: 'ws://127.0.0.1:4102/v1' })).toMatchObject({
      servers: { socket: { host: '127.0.0.1:4102', pathname: '/v1', protocol: 'ws' } },
    });
  });
});
