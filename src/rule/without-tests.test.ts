import { describe, expect, it } from 'vitest';
import { withoutTests } from './without-tests.js';

describe('withoutTests', () => {
  it('blanks the tests of every document and nothing else, keeping the number of lines', () => {
    const text = [
      'title: a',
      'sekisho:',
      '  quiet: 2h',
      '  tests:',
      '    - name: x',
      '',
      '      lines: ["tests:"]',
      '  group-by: [source.ip]',
      '---',
      'title: b',
      'detection:',
      '  tests:',
      '    a: b',
    ];
    const blanked = [...text];
    blanked[3] = '  tests: []';
    blanked[4] = '';
    blanked[6] = '';
    expect(withoutTests(text.join('\n')).split('\n')).toEqual(blanked);
  });

  it('leaves a text without the key, and flow style, as they are', () => {
    for (const text of ['title: a\ntests:\n  - x\n', 'sekisho: {tests: [{name: x}]}\n']) {
      expect(withoutTests(text)).toBe(text);
    }
  });

  it('sees a list that stands at the indentation of its key', () => {
    const text = 'sekisho:\n  tests:\n  - name: x\n    alerts: 0\n  quiet: 1h\n';
    expect(withoutTests(text)).toBe('sekisho:\n  tests: []\n\n\n  quiet: 1h\n');
  });
});
