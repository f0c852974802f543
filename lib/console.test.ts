import { describe, expect, it } from 'vitest';
import { validateEnvironment } from './environment.ts';
import { mistakes, VALID } from './fixture/environment.ts';

const CERTIFICATE = 'arn:aws:acm:us-east-1:333333333333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab';

describe('the console of an environment', () => {
  it('needs the id of its client only', () => {
    expect(validateEnvironment('prod', { ...VALID, console: { clientId: 'the-console' } }).console).toEqual({
      clientId: 'the-console',
      scopes: [],
      signInOrigins: [],
    });
  });

  it('may have scopes, origins and a domain of its own', () => {
    const all = {
      clientId: '4vf9tmub3k',
      scopes: ['offline_access'],
      signInOrigins: ['https://login.auth.eu-north-1.amazoncognito.com'],
      domainName: 'console.example.com',
      certificate: CERTIFICATE,
    };
    expect(validateEnvironment('prod', { ...VALID, console: all }).console).toEqual(all);
  });

  it.each<[unknown, string]>([
    [true, 'prod.console: found true, expected an object'],
    [{}, 'prod.console.clientId: found nothing, expected the id of a client of the issuer'],
    [{ clientId: ' ' }, 'prod.console.clientId: found " ", expected the id of a client of the issuer'],
    [{ clientid: 'a', clientId: 'a' }, 'prod.console.clientid: found "a", expected no such property'],
    [{ clientId: 'a', scopes: 'openid' }, 'prod.console.scopes: found "openid", expected a list of scopes'],
    [{ clientId: 'a', scopes: ['a b'] }, 'prod.console.scopes[0]: found "a b", expected a scope'],
    [
      { clientId: 'a', signInOrigins: ['https://login.example.com/'] },
      'prod.console.signInOrigins[0]: found "https://login.example.com/", expected an origin',
    ],
    [
      { clientId: 'a', signInOrigins: ['https://*.example.com'] },
      'prod.console.signInOrigins[0]: found "https://*.example.com", expected an origin',
    ],
    [
      { clientId: 'a', domainName: 'console.example.com' },
      'prod.console.certificate: found nothing, expected both domainName and certificate, or neither',
    ],
    [
      { clientId: 'a', certificate: CERTIFICATE },
      'prod.console.domainName: found nothing, expected both domainName and certificate, or neither',
    ],
    [
      { clientId: 'a', domainName: 'https://console.example.com', certificate: CERTIFICATE },
      'prod.console.domainName: found "https://console.example.com", expected a domain',
    ],
    [
      { clientId: 'a', domainName: 'c.example.com', certificate: CERTIFICATE.replace('us-east-1', 'eu-north-1') },
      'prod.console.certificate: found "arn:aws:acm:eu-north-1:333333333333:certificate',
    ],
  ])('is refused: %o', (console, message) => {
    expect(mistakes('prod', { ...VALID, console }).join('\n')).toContain(message);
  });
});
