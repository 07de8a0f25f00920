import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { phraseOf } from './app-phrases.js';
import { resultOf } from './app-result.js';

const parts = fc.array(
  fc.constantFrom('root', ' from ', '1.2.3.4', ':22', ': ', ' ip=', '1.1.1.1', '. Username: ', ' IP: '),
  {
    maxLength: 8,
  },
);

describe('what a user name cannot forge', () => {
  it.each([
    (user: string) =>
      `Failed authentication attempt for ${user} from 203.0.113.9:4242: user does not exist [name: ${user}]`,
    (user: string) => `Failed Login: username=${user} ip=203.0.113.9`,
    (user: string) => `Username or password is incorrect. Try again. IP: 203.0.113.9. Username: ${user}.`,
    (user: string) => `Login failed: ${user} (Remote IP: 203.0.113.9)`,
  ])('%s', (sentence) => {
    fc.assert(
      fc.property(parts, (list) => {
        const phrase = phraseOf(sentence(list.join('')));
        expect(phrase?.outcome).toBe('failure');
        expect(['203.0.113.9', undefined]).toContain(phrase?.address);
      }),
    );
  });

  it('reads results in any usual words, the bad before the good', () => {
    expect(['ok', 'SUCCESS', 'granted', 'true'].map(resultOf)).toEqual(Array(4).fill('success'));
    expect(['unsuccessful', 'Denied', 'invalid password', 'false'].map(resultOf)).toEqual(Array(4).fill('failure'));
    expect(resultOf('pending')).toBeUndefined();
  });
});
