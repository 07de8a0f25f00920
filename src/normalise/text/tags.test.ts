import { describe, expect, it } from 'vitest';
import { Codes } from './codes.js';
import { Tags } from './tags.js';

function asked(tags: Tags<string>, text: string, start = 0): readonly [string | undefined, number] | undefined {
  const codes = new Codes();
  codes.load(text);
  const made = tags.of(text, codes, start);
  return made === undefined ? undefined : [made, tags.end];
}

describe('the programs of tags', () => {
  const upper = (): Tags<string> => new Tags((name) => name.toUpperCase());

  it.each([
    ['sshd[52]: x', 'SSHD', 4],
    ['sudo: x', 'SUDO', 4],
    ['su: x', 'SU', 2],
    ['postfix/smtpd[52]: x', 'POSTFIX/SMTPD', 13],
    ['é-app[52]: x', 'É-APP', 5],
    [`${'a'.repeat(95)}: x`, 'A'.repeat(95), 95],
  ])('are found again: %s', (text, made, end) => {
    const tags = upper();
    for (let round = 0; round < 3; round++) expect(asked(tags, text)).toEqual([made, end]);
    expect(asked(tags, `....${text}`, 4)).toEqual([made, end + 4]);
  });

  it.each([': x', '[52]: x', 'a b: x', 'a"b: x', 'a{b: x', 'sshd', 'sshd x', `${'a'.repeat(96)}: x`, ''])(
    'are none in %j',
    (text) => {
      expect(asked(upper(), text)).toBeUndefined();
    },
  );

  it('are told from those that begin or end alike', () => {
    const tags = upper();
    for (const text of ['postfix/smtpd[1]: x', 'postfix/smtp[1]: x', 'postfix/smtpd: x', 'postfix: x', 'post[1]: x'])
      expect(asked(tags, text)?.[0]).toBe(/^[^:[]+/.exec(text)?.[0].toUpperCase());
    expect(asked(tags, 'postfix/smtpd x: y')).toBeUndefined();
    expect(asked(tags, 'postfix/smtpd')).toBeUndefined();
  });

  it('are right however many there are', () => {
    const tags = upper();
    for (let round = 0; round < 40; round++)
      for (let n = 0; n < 20; n++) expect(asked(tags, `prog${n}[1]: x`)).toEqual([`PROG${n}`, `prog${n}`.length]);
  });

  it('makes those that come often only once', () => {
    let count = 0;
    const tags = new Tags((name) => `${name}${++count}`);
    for (let n = 0; n < 100; n++) {
      asked(tags, 'prog-often: x');
      asked(tags, `prog${n}: x`);
    }
    expect(asked(tags, 'prog-often: x')?.[0]).toBe('prog-often1');
  });
});
