/**
 * Single values under one field `F`: what is written, values of the event that match, values that don't.
 *
 * Sources: Sigma Rules Specification 2.0 (General, String Wildcard, Escaping, Lists, Special Field Values), Sigma
 * Modifiers 2.1, and DESIGN.md section 5 where they are silent.
 */

/** Stands for an event without the field. */
export const MISSING = Symbol('missing');

/** `lines` stand below a selection. */
export interface ValueCase {
  readonly lines: string;
  readonly yes: readonly unknown[];
  readonly no: readonly unknown[];
}

const row = (lines: string, yes: readonly unknown[], no: readonly unknown[]): ValueCase => ({ lines, yes, no });
const raw = String.raw;

/** Texts, numbers, truth values, null and the empty text. */
export const PLAIN: readonly ValueCase[] = [
  row('F: abc', ['abc', 'ABC', 'aBc', ['x', 'abc']], ['abcd', 'xabc', 'ab', '', null, MISSING, ['x'], []]),
  row('F: Abc', ['abc'], ['bc']),
  row('F: äÖü', ['äöü', 'ÄÖÜ'], ['aou']),
  row("F: ''", ['', ['a', '']], [' ', null, MISSING, 0, false, []]),
  row('F: null', [null, MISSING, [null]], ['', 'null', 0, false, 'a']),
  row('F:', [null, MISSING], ['']),
  row('F: ~', [null, MISSING], ['~']),
  row("F: 'null'", ['null', 'NULL'], [null, MISSING]),
  row('F: [a, null]', ['a', null, MISSING], ['b', '']),
  row("F: ['', null]", ['', null, MISSING], ['x']),
  row('F: [a, B]', ['A', 'b', ['c', 'b']], ['c', 'ab']),
  row('F: 4625', [4625, '4625', [1, 4625], ['4625'], 4625.0], [462, '46250', '04625x', true, null, MISSING]),
  row("F: '4625'", [4625, '4625'], ['04625', '4625.0']),
  row('F: 0', [0, '0'], ['', false, null, MISSING]),
  row('F: -5', [-5, '-5'], [5, '5']),
  row('F: 1.5', [1.5, '1.5', '1.50'], [1, 15]),
  row('F: 00000429', ['00000429'], ['429', '0429', 428]),
  row('F: 1.10', ['1.10'], ['1.1', '1.100']),
  row('F: 0x1f', ['0x1f', '0x1F'], ['31', '1f']),
  row('F: 1_000', ['1_000'], [1000, '1000']),
  row('F: [4624, 4625]', [4624, '4625'], [4626]),
  row('F: true', [true, 'true', 'True', 'TRUE'], [false, 'yes', 1, '1', MISSING]),
  row('F: false', [false, 'false', 'False'], [true, 0, '', null, MISSING]),
  row("F: 'true'", [true, 'TRUE'], [false]),
  row('F: yes', ['yes', 'YES'], [true]),
  row('F: on', ['on'], [true]),
  row('F: 2024-01-01', ['2024-01-01'], ['2024-01-01T00:00:00Z']),
  row('F: 12:30', ['12:30'], [750]),
  row('F: 12345678901234567890', ['12345678901234567890'], ['12345678901234567891']),
  row("F: ' a '", [' a '], ['a']),
  row("F: 'it''s'", ["it's"], ['its']),
  row('F: "a\\tb"', ['a\tb'], ['a\\tb']),
  row('F: "line\\nend"', ['line\nend'], ['line end']),
  row('F: 日本', ['日本'], ['日']),
  row('F: 😀?', ['😀a', '😀😀'], ['😀', 'a']),
  row('F|contains: true', [true, 'is true'], [false]),
];

/** Wildcards and backslashes: the table of the specification. */
export const WILDCARDS: readonly ValueCase[] = [
  row("F: 'prog?.exe'", ['progA.exe', 'PROGB.EXE', 'prog..exe'], ['prog.exe', 'progAB.exe']),
  row("F: 'antivirus_V*.exe'", ['antivirus_V1.exe', 'antivirus_V21.2.1.exe', 'antivirus_v.exe'], ['antivirus_V1.exe2']),
  row("F: 'a*'", ['a', 'abc', 'a\nb'], ['ba', '']),
  row("F: '*a'", ['a', 'cba'], ['ab']),
  row("F: '*a*'", ['a', 'bab', 'xA'], ['b', '']),
  row("F: 'a*b*c'", ['abc', 'axbxc', 'abbcc'], ['acb', 'ab', 'abcd']),
  row("F: '*'", ['', 'a', 0, false, ['x']], [null, MISSING]),
  row("F: '**'", ['', 'a'], [MISSING]),
  row("F: '?'", ['a', '?', 7], ['', 'ab', MISSING]),
  row("F: '??*'", ['ab', 'abc'], ['a', '']),
  row("F: '?*?'", ['ab', 'axb'], ['a']),
  row("F: '*?'", ['a', 'ab'], ['']),
  row(raw`F: 'a\*b'`, ['a*b', 'A*B'], ['axb', raw`a\*b`, 'ab']),
  row(raw`F: 'a\?b'`, ['a?b'], ['axb', raw`a\?b`]),
  row(raw`F: 'a\\*b'`, [raw`a\b`, raw`a\xyzb`], ['a*b', 'ab']),
  row(raw`F: 'a\\?b'`, [raw`a\xb`], [raw`a\b`, 'a?b']),
  row(raw`F: 'a\\\*b'`, [raw`a\*b`], [raw`a\xb`, 'a*b']),
  row(raw`F: 'a\\\?b'`, [raw`a\?b`], [raw`a\xb`]),
  row(raw`F: 'a\b'`, [raw`a\b`, raw`A\B`], ['ab', raw`a\\b`]),
  row(raw`F: 'a\\b'`, [raw`a\b`], [raw`a\\b`, 'ab']),
  row(raw`F: 'a\\\b'`, [raw`a\\b`], [raw`a\b`]),
  row(raw`F: 'a\\\\b'`, [raw`a\\b`], [raw`a\b`, raw`a\\\\b`]),
  row(raw`F: 'C:\Windows\System32\cmd.exe'`, [raw`c:\windows\system32\CMD.EXE`], ['c:windowssystem32cmd.exe']),
  row(raw`F: '\\server\share'`, [raw`\server\share`], [raw`\\server\share`]),
  row(raw`F: '\\\\server\share'`, [raw`\\server\share`], [raw`\server\share`]),
  row(raw`F: 'C:\Temp\*'`, [raw`C:\Temp*`], [raw`C:\Temp\x`, raw`C:\Temp\ `.trim()]),
  row(raw`F: 'C:\Temp\\*'`, [raw`C:\Temp\x`, raw`C:\Temp\ `.trim()], [raw`C:\Temp*`, 'C:Tempx']),
  row(raw`F: '*\cmd.exe'`, [raw`C:\x\cmd.exe`, raw`\cmd.exe`], ['cmd.exe', 'xcmd.exe']),
  row(raw`F: '*\\cmd.exe'`, [raw`C:\x\cmd.exe`], ['cmd.exe']),
  row(raw`F: 'end\'`, [raw`end\ `.trim()], ['end']),
  row(raw`F: 'end\\'`, [raw`end\ `.trim()], ['end', raw`end\\`]),
  row(raw`F: 'a.b+c(d)[e]^$|{2}'`, ['a.b+c(d)[e]^$|{2}'], ['axb+c(d)[e]^$|{2}']),
  row("F: '*.*'", ['a.b', '.'], ['ab']),
  row("F: '*aab'", ['aaab', 'aab'], ['aaba']),
  row("F: '*ab*ab*'", ['abab', 'xabyabz'], ['ab', 'aab']),
  row("F: 'a%b_c'", ['a%b_c'], ['axbyc']),
];

/** contains, startswith, endswith, all, cased, neq, exists and their combinations. */
export const PLACING: readonly ValueCase[] = [
  row('F|contains: bc', ['abcd', 'BC', ['x', 'abc'], 'bc'], ['b c', '', MISSING, null, ['x']]),
  row('F|contains: 62', [4625, '4625'], [4526]),
  row('F|contains: [ab, cd]', ['xab', 'cdx'], ['ac']),
  row("F|contains: ''", ['', 'a'], [null, MISSING]),
  row("F|contains: 'a*b'", ['xaxbx', 'ab'], ['ba']),
  row("F|contains: 'a?b'", ['xaxbx'], ['ab']),
  row("F|contains: '*x*'", ['axb'], ['ab']),
  row(raw`F|contains: 'a\*b'`, ['xa*bx'], ['xaxbx']),
  row(raw`F|contains: '\Desktop\'`, [raw`C:\Users\x\Desktop\y`, raw`\desktop\ `.trim()], [raw`C:\Desktop`, 'Desktop']),
  row(raw`F|contains: '\\Desktop\\'`, [raw`C:\Users\x\Desktop\y`], ['Desktop']),
  row(raw`F|endswith: '\'`, [raw`C:\ `.trim()], ['C:']),
  row('F|startswith: ab', ['abc', 'AB', ['x', 'abx']], ['xab', 'a', MISSING]),
  row("F|startswith: 'a*c'", ['abcd', 'ac'], ['bac']),
  row("F|startswith: ['ab', 'cd']", ['abx', 'cdx'], ['xcd']),
  row(raw`F|startswith: 'C:\Temp\'`, [raw`c:\temp\x`, raw`C:\Temp\ `.trim()], [raw`c:\temp`]),
  row('F|startswith: 46', [4625], [5462]),
  row('F|endswith: bc', ['abc', 'BC'], ['bcd', MISSING]),
  row("F|endswith: ['.exe', '.dll']", ['a.EXE', 'b.dll'], ['a.exe2', 'exe']),
  row(raw`F|endswith: '\cmd.exe'`, [raw`C:\Windows\CMD.EXE`], ['cmd.exe']),
  row("F|endswith: 'a?'", ['xab'], ['a', 'aab2']),
  row('F|contains|all: [ab, cd]', ['abcd', 'cd-ab'], ['ab', 'cd', ['a', 'b']]),
  row('F|all|contains: [ab, cd]', ['cdab'], ['ab']),
  row(
    'F|contains|all: [ab, cd]',
    [
      ['ab', 'cd'],
      ['xabx', 'y', 'cd'],
    ],
    [['ab', 'x']],
  ),
  row('F|startswith|all: [a, ab]', ['abc'], ['ac']),
  row('F|endswith|all: [c, bc]', ['abc'], ['ac']),
  row('F|all: [a, b]', [['a', 'b', 'c']], ['a', 'ab', ['a']]),
  row('F|cased: Abc', ['Abc'], ['abc', 'ABC']),
  row('F|contains|cased: Bc', ['aBcd'], ['abcd']),
  row('F|cased|contains: Bc', ['aBcd'], ['abcd']),
  row('F|startswith|cased: Ab', ['Abc'], ['abc']),
  row('F|endswith|cased: bC', ['abC'], ['abc']),
  row("F|cased: 'A*c'", ['Abc'], ['abc', 'AbC']),
  row('F|contains|all|cased: [A, b]', ['xAxb'], ['xaxb']),
  row('F|neq: a', ['b', '', null, MISSING, 'ab'], ['a', 'A', ['b', 'a']]),
  row('F|neq: [a, b]', ['c', MISSING], ['a', 'b']),
  row('F|neq: 5', [6, '6', MISSING], [5, '5']),
  row("F|neq: ''", ['a', MISSING], ['']),
  row("F|neq: 'a*'", ['b'], ['a', 'abc']),
  row('F|contains|neq: b', ['ac', MISSING], ['abc']),
  row('F|neq|contains: b', ['ac'], ['abc']),
  row('F|startswith|neq: a', ['ba'], ['ab']),
  row('F|endswith|neq: a', ['ab'], ['ba']),
  row('F|neq|cased: A', ['a'], ['A']),
  row('F|exists: true', ['a', '', 0, false, [], null], [MISSING]),
  row('F|exists: false', [MISSING], ['a', '', 0, false, null]),
  row("F|exists: 'true'", ['a'], [MISSING]),
];

/** Numbers and parts of times. */
export const COMPARED: readonly ValueCase[] = [
  row('F|gt: 5', [6, '6', 5.1, [1, 9]], [5, 4, '5', 'x', '', null, MISSING, true]),
  row('F|gte: 5', [5, '5', 6], [4.9, '0x6']),
  row('F|lt: 5', [4, '-1', 0], [5, 6, '', null, MISSING, 'a']),
  row('F|lte: 5', [5, 4], [6, '5.1']),
  row('F|gt: -1.5', [-1, 0], [-2]),
  row('F|lt: 1.5', [1, '1.4'], [1.5]),
  row("F|gt: '5'", [6], [5]),
  row('F|gt: 1e3', [1001], [999]),
  row('F|gt: 5\nF|lt: 10', [6, 9.9], [5, 10]),
  row('F|gte: [5, 10]', [5, 10], [4]),
  row(
    'F|hour: 5',
    ['2024-03-01T05:59:59Z', '2024-03-01T05:00:00', '2024-03-01 05:30:00.123Z'],
    ['2024-03-01T06:00:00Z', 'x', MISSING],
  ),
  row('F|hour: [5, 6]', ['2024-03-01T06:00:00Z'], ['2024-03-01T07:00:00Z']),
  row('F|hour|gte: 22', ['2024-03-01T22:00:00Z', '2024-03-01T23:59:00Z'], ['2024-03-01T21:59:59Z']),
  row('F|hour|lt: 6', ['2024-03-01T00:00:00Z'], ['2024-03-01T06:00:00Z']),
  row('F|minute: 30', ['2024-03-01T05:30:59Z'], ['2024-03-01T05:31:00Z']),
  row('F|minute|gt: 30', ['2024-03-01T05:31:00Z'], ['2024-03-01T05:30:00Z']),
  row('F|day: 29', ['2024-02-29T00:00:00Z', '2024-02-29'], ['2024-02-28T23:59:59Z']),
  row('F|day|lte: 7', ['2024-02-07T00:00:00Z'], ['2024-02-08T00:00:00Z']),
  row('F|week: 1', ['2024-01-01T00:00:00Z', '2024-12-30T00:00:00Z', '2026-01-01T00:00:00Z'], ['2024-01-08T00:00:00Z']),
  row('F|week: 52', ['2024-12-23T00:00:00Z', '2023-01-01T00:00:00Z'], ['2024-12-30T00:00:00Z']),
  row('F|month: 2', ['2024-02-01T00:00:00Z'], ['2024-03-01T00:00:00Z']),
  row('F|month|gte: 10', ['2024-10-01T00:00:00Z'], ['2024-09-30T23:59:59Z']),
  row('F|year: 2024', ['2024-01-01T00:00:00Z', 1704067200, 1704067200000, '1704067200'], ['2023-12-31T23:59:59Z']),
  row('F|year|lt: 2024', ['2023-12-31T23:59:59Z'], ['2024-01-01T00:00:00Z']),
  row('F|hour|neq: 5', ['2024-03-01T06:00:00Z', MISSING], ['2024-03-01T05:00:00Z']),
];

/** Addresses. */
export const NETWORKS: readonly ValueCase[] = [
  row(
    'F|cidr: 10.0.0.0/8',
    ['10.0.0.0', '10.255.255.255', ['1.1.1.1', '10.1.2.3']],
    ['11.0.0.0', '9.255.255.255', 'x', '10.0.0', '', MISSING, 10],
  ),
  row('F|cidr: 192.168.1.128/25', ['192.168.1.128', '192.168.1.255'], ['192.168.1.127', '192.168.2.128']),
  row('F|cidr: 192.168.1.7/32', ['192.168.1.7'], ['192.168.1.8']),
  row('F|cidr: 0.0.0.0/0', ['1.2.3.4'], ['::1', 'host']),
  row('F|cidr: [10.0.0.0/8, 172.16.0.0/12]', ['172.31.255.255', '10.0.0.1'], ['172.32.0.0']),
  row("F|cidr: '2001:db8::/32'", ['2001:db8::1', '2001:DB8:ffff::'], ['2001:db9::1', '10.0.0.1']),
  row("F|cidr: 'fe80::/10'", ['fe80::1', 'febf::1'], ['fec0::1']),
  row("F|cidr: '::1/128'", ['::1', '0:0:0:0:0:0:0:1'], ['::2']),
  row("F|cidr: 'fc00::/7'", ['fd12:3456::1'], ['fe00::1']),
  row('F|cidr|neq: 10.0.0.0/8', ['11.1.1.1', MISSING, 'x'], ['10.1.1.1']),
  row('F|cidr|all: [10.0.0.0/8, 10.1.0.0/16]', ['10.1.2.3'], ['10.2.2.3']),
];

/** Regular expressions. */
export const REGEX: readonly ValueCase[] = [
  row("F|re: 'a+b'", ['xaab', 'ab', ['z', 'ab']], ['AAB', 'b', MISSING, null]),
  row("F|re: '^a+b$'", ['aab'], ['xab', 'abx']),
  row("F|re|i: 'a+b'", ['XAAB', 'ab'], ['ba']),
  row("F|re: '(?i)a+b'", ['AAB'], ['ba']),
  row("F|re|ignorecase: 'AB'", ['ab'], ['ac']),
  row("F|re: '^b$'", ['b'], ['a\nb\nc']),
  row("F|re|m: '^b$'", ['a\nb\nc', 'b'], ['ab']),
  row("F|re|multiline: '^b$'", ['a\nb'], ['ab']),
  row("F|re: 'a.b'", ['axb', 'a.b'], ['a\nb', 'ab']),
  row("F|re|s: 'a.b'", ['a\nb', 'axb'], ['ab']),
  row("F|re|dotall: 'a.b'", ['a\nb'], ['ab']),
  row("F|re|i|m|s: '^A.B$'", ['x\na\nb\ny'], ['xa\nb']),
  row("F|re: '[a-c]{2,3}'", ['xab', 'abc'], ['ad']),
  row("F|re: '(foo|bar)baz'", ['foobaz', 'barbaz'], ['baz']),
  row("F|re: '^(?:[^/]+/){2}x$'", ['a/b/x'], ['a/x']),
  row(raw`F|re: '\d{3}\.\w+\s'`, ['123.ab '], ['12.ab ', '123.ab']),
  row(raw`F|re: 'C:\\Windows'`, [raw`C:\Windows`], ['C:Windows']),
  row(raw`F|re: '^\\\\'`, [raw`\\server`], [raw`\server`]),
  row("F|re: ['^a', 'z$']", ['ab', 'bz'], ['b']),
  row("F|re|all: ['a', 'z']", ['az', 'za'], ['a']),
  row("F|re|neq: 'a'", ['b', MISSING], ['ba']),
  row("F|re: '^46'", [4625, '4625'], [5462]),
  row("F|re: ''", ['', 'a'], [MISSING]),
  row("F|re|contains: 'ab'", ['xabx'], ['a']),
  row("F|re|startswith: 'a|b'", ['ax', 'bx'], ['xa']),
  row("F|re|endswith: 'a|b'", ['xa', 'xb'], ['ax']),
  row("F|re: '(a+)+$'", ['xaaa'], [`${'a'.repeat(40)}!`]),
  row("F|re: '(?=a)ab'", ['ab'], ['b']),
];

/** Encodings; the encoded forms were made by hand from RFC 4648 and the code units. */
export const ENCODED: readonly ValueCase[] = [
  row('F|base64: foobar', ['Zm9vYmFy'], ['foobar', 'xZm9vYmFy']),
  row('F|base64|contains: foobar', ['xxZm9vYmFyxx', 'zm9vymfy'], ['foobar']),
  row('F|base64: foo', ['Zm9v'], ['Zm9vYg==']),
  row('F|base64: fo', ['Zm8='], ['Zm8']),
  row('F|base64offset|contains: foobar', ['Zm9vYmFy', 'eGZvb2Jhcg==', 'eHhmb29iYXI='], ['foobar', 'Zm9vYmE=']),
  row(
    "F|base64offset|contains: '/bin/sh'",
    ['L2Jpbi9zaA==', 'eC9iaW4vc2g=', 'eHgvYmluL3No'],
    ['/bin/sh', 'L2Jpbi9sc2g='],
  ),
  row('F|wide|base64offset|contains: cmd', ['YwBtAGQA', 'eABjAG0AZAA='], ['Y21k']),
  row('F|utf16le|base64offset|contains: cmd', ['xxYwBtAGQAxx'], ['Y21k']),
  row('F|utf16le|base64: cmd', ['YwBtAGQA'], ['AGMAbQBk', '//5jAG0AZAA=']),
  row('F|utf16be|base64: cmd', ['AGMAbQBk'], ['YwBtAGQA']),
  row('F|utf16|base64: cmd', ['//5jAG0AZAA='], ['YwBtAGQA']),
  row('F|wide|base64: é', ['6QA='], ['w6k=']),
  row('F|base64: é', ['w6k='], ['6Q==']),
  row('F|base64|contains|all: [foo, bar]', ['Zm9v YmFy'], ['Zm9v']),
  row(raw`F|base64: 'a\*'`, ['YSo='], ['YQ==']),
  row('F|base64|contains|cased: foobar', ['xZm9vYmFyx'], ['zm9vymfy']),
];

/** Dashes of command lines: all permutations of five characters. */
export const DASHES: readonly ValueCase[] = [
  row("F|windash|contains: ' -f '", ['rm -f x', 'rm /f x', 'rm –f x', 'rm —f x', 'rm ―f x'], ['rm f x', 'rm +f x']),
  row("F|contains|windash: ' -f '", ['rm /f x'], ['rm f x']),
  row("F|windash: '-h'", ['-h', '/h', '―h'], ['h']),
  row("F|windash|contains: ' /s'", ['x -s', 'x /s'], ['x s']),
  row("F|windash|contains: ' -a -b'", ['x -a -b', 'x /a -b', 'x –a /b'], ['x -a b']),
  row("F|windash|contains: 'foo-bar'", ['foo-bar'], ['foo/bar']),
  row("F|windash|contains|all: [' -a', ' -b']", ['x /b -a'], ['x /a']),
  row("F|windash|startswith: '-x'", ['/xyz'], ['a-x']),
  row("F|windash|endswith: ' -x'", ['a /x'], ['a /xy']),
  row("F|windash|contains|cased: ' -F'", ['x /F'], ['x /f']),
  row("F|windash|base64offset|contains: ' -f '", ['IC1mIA==', 'IC9mIA=='], [' -f ']),
];
