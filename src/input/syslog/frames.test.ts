import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Framer } from './frames.js';

interface Seen {
  readonly text: string;
  readonly code: string | undefined;
}

/** What a connection's pieces give, its end included. */
function framed(pieces: readonly (string | Buffer)[], max = 64): readonly Seen[] {
  const seen: Seen[] = [];
  const framer = new Framer(max, ({ bytes, failure }) => {
    seen.push({ text: bytes.toString('latin1'), code: failure?.code });
    expect(bytes.length).toBeLessThanOrEqual(max + 9);
  });
  for (const piece of pieces) {
    framer.push(Buffer.from(piece));
    expect(framer.held).toBeLessThanOrEqual(max);
    if (framer.isBroken) return seen;
  }
  framer.end();
  return seen;
}

function texts(pieces: readonly string[]): readonly string[] {
  return framed(pieces).map(({ text, code }) => (code === undefined ? text : `${code}: ${text}`));
}

describe('framing told by the first bytes of a connection', () => {
  const cases: readonly (readonly [what: string, sent: string, messages: readonly string[]])[] = [
    ['a message a line', '<13>one\n<13>two\r\n<13>three', ['<13>one', '<13>two', '<13>three']],
    ['a length before each', '7 <13>one9 <13>three', ['<13>one', '<13>three']],
    ['a length, with line ends inside and between', '8 <13>a\nbc\n7 <13>two\r\n', ['<13>a\nbc', '<13>two']],
    [
      'a line that begins with a number',
      '192.0.2.1 - - "GET /"\n42 is a number\n',
      ['192.0.2.1 - - "GET /"', '42 is a number'],
    ],
    ['a number alone', '42', ['42']],
    ['a number that only looks like a length', '7 one\n', ['7 one']],
    ['empty lines and NUL at the end', '\n\n<13>one\0\n\0\n', ['<13>one']],
    ['nothing', '', []],
  ];
  it.each(cases)('%s', (_, sent, messages) => {
    expect(texts([sent])).toEqual(messages);
    expect(texts([...sent])).toEqual(messages);
  });
});

describe('what can not be a message', () => {
  const cases: readonly (readonly [what: string, sent: string, messages: readonly string[]])[] = [
    ['a message cut off', '7 <13>one9 <13>t', ['<13>one', 'input.syslog-cut: <13>t']],
    ['a length cut off', '7 <13>one1', ['<13>one', 'input.syslog-cut: 1']],
    ['no length where one should be', '7 <13>oneand more', ['<13>one', 'input.syslog-framing: and more']],
    ['a length of ten digits', '7 <13>one1234567890 x', ['<13>one', 'input.syslog-framing: 1234567890 x']],
  ];
  it.each(cases)('%s is told with its bytes', (_, sent, messages) => {
    expect(texts([sent])).toEqual(messages);
  });

  it('keeps the first bytes of what is too long, in either framing, and reads on', () => {
    const long = `<13>${'x'.repeat(96)}`;
    const wanted = [
      { text: long.slice(0, 64), code: 'input.line-too-long' },
      { text: '<13>next', code: undefined },
    ];
    expect(framed([`${long}\n<13>next\n`])).toEqual(wanted);
    expect(framed([`100 ${long}8 <13>next`])).toEqual(wanted);
    expect(framed([...`100 ${long}8 <13>next`])).toEqual(wanted);
  });
});

describe('any messages, cut into any pieces', () => {
  const message = fc.string({ maxLength: 40 }).map((text) => `<13>${text.replace(/[^\x20-\x7e]/gu, '.')}`);
  const cuts = fc.array(fc.nat(400), { maxLength: 12 });

  function pieces(sent: string, at: readonly number[]): readonly string[] {
    const ends = [...new Set([...at.filter((cut) => cut < sent.length), sent.length])].sort((a, b) => a - b);
    return ends.map((end, i) => sent.slice(ends[i - 1] ?? 0, end));
  }

  it('are the same messages, counted', () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1 }), cuts, (messages, at) => {
        const sent = messages.map((one) => `${one.length} ${one}`).join('');
        expect(texts(pieces(sent, at))).toEqual(messages);
      }),
    );
  });

  it('are the same messages, a line each', () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1 }), cuts, (messages, at) => {
        expect(texts(pieces(messages.map((one) => `${one}\n`).join(''), at))).toEqual(messages);
      }),
    );
  });

  it('never throw, nor hold more than the limit, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 200 })),
        (bytes) => void framed(bytes.map((b) => Buffer.from(b))),
      ),
    );
  });
});
