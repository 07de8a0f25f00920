import { describe, expect, it } from 'vitest';
import type { Fields } from '../../src/event/index.js';
import { readAnyHead } from '../../src/normalise/head/head.js';
import { readUsualParts } from '../../src/normalise/head/usual-head.js';
import type { Line, MessageParser, UsualReader } from '../../src/normalise/line.js';
import { anyPam } from '../../src/normalise/program/pam.js';
import { usualSession } from '../../src/normalise/program/pam-session.js';
import { postfix } from '../../src/normalise/program/postfix.js';
import { usualMail } from '../../src/normalise/program/postfix-usual.js';
import { sshd } from '../../src/normalise/program/sshd.js';
import { usualSsh } from '../../src/normalise/program/sshd-usual.js';
import { sudo } from '../../src/normalise/program/sudo.js';
import { usualCommand } from '../../src/normalise/program/sudo-usual.js';
import { Tags } from '../../src/normalise/text/tags.js';
import { goldenLines } from '../support/damage.js';
import { each, generated, lineOf, receiveTime } from '../support/ways.js';

/** The quick ways of reading programs' usual messages, beside the parsers that read all: whatever a quick one reads, it reads as the other. */
describe('the usual messages of a program', () => {
  const auth = [...goldenLines('system.auth'), ...generated('sshd (RFC 3164)', 'sudo')];
  const tags = new Tags((name) => name);
  const mail = [...goldenLines('daemons'), ...generated('postfix')].filter((text) => text.includes('postfix/'));

  it.each<readonly [string, number, readonly string[], UsualReader, MessageParser]>([
    ['Postfix', 160, mail, usualMail, postfix],
    ['sshd', 130, auth.filter((text) => text.includes('sshd')), usualSsh, sshd],
    ['PAM', 39, auth.filter((text) => text.includes('pam_')), usualSession, anyPam],
    ['sudo', 150, auth.filter((text) => text.includes('sudo')), usualCommand, sudo],
  ])('of %s are what its parser makes of them, behind their head and alone', (_, least, lines, usual, any) => {
    const one = lineOf();
    const other = lineOf();
    each(lines, least, (text, whole) => {
      one.clock.bsdIn(one.codes.load(whole), whole, 0, receiveTime);
      if (!read(text, other, () => readAnyHead(text, other.codes.load(text), other))) return false;
      const expected = any(other.message.trimEnd(), other);
      const behind = read(text, one, () => readUsualParts(text, one, tags) !== undefined)
        ? usual(text, one, one.messageAt, 0)
        : undefined;
      if (behind !== undefined) expect(told(behind, one)).toEqual(told(expected, other));
      const { message, program, pid, host } = other;
      read(message, one, () => true);
      Object.assign(one, { message, program, pid, host });
      const alone = usual(message, one, 0, 0);
      if (alone !== undefined) expect(told(alone, one)).toEqual(told(expected, other));
      return behind !== undefined && alone !== undefined;
    });
  });
});

describe('the usual messages of a program behind a priority', () => {
  const generatedOnes = generated('postfix', 'sshd (RFC 3164)', 'sudo');
  const lines = [...goldenLines('system.auth'), ...goldenLines('daemons'), ...generatedOnes];
  const isOld = /^[A-Z][a-z]{2} [ \d]\d [\d:]{8} (\S+) ([^\s:[]+)(?:\[(\d+)\])?: (.*)$/s;
  /** The line as its syslog daemon forwards it, and as one of RFC 5424 does. */
  const forwarded = (text: string): readonly string[] => {
    const [, host = '', program = '', pid = '-', message = ''] = isOld.exec(text) ?? [];
    if (host === '') return [];
    return [`<38>${text}`, `<86>1 2026-11-23T06:39:04.123Z ${host} ${program} ${pid} ID47 [a@1 x="1"] ${message}`];
  };

  it.each<readonly [string, number, RegExp, UsualReader, MessageParser]>([
    ['Postfix', 320, /postfix\//, usualMail, postfix],
    ['sshd', 300, /sshd/, usualSsh, sshd],
    ['PAM', 120, /pam_/, usualSession, anyPam],
    ['sudo', 320, /sudo/, usualCommand, sudo],
  ])('of %s say what its parser and the head say', (_, least, pattern, usual, any) => {
    const one = lineOf();
    const other = lineOf();
    const theirs = lines.filter((text) => pattern.test(text)).flatMap(forwarded);
    each(theirs, least, (text) => {
      if (!read(text, other, () => readAnyHead(text, other.codes.load(text), other))) return false;
      const expected = any(other.message.trimEnd(), other) ?? {};
      read(text, one, () => readAnyHead(text, one.codes.load(text), one));
      const fields = usual(one.message, one, one.messageAt, one.messageAt);
      if (fields === undefined) return false;
      expect(told(fields, one)).toEqual(told({ ...expected, ...other.headFields }, other));
      return true;
    });
  });
});

/** Loads a text into a line as a normaliser does. */
function read(text: string, line: Line, readHead: () => boolean): boolean {
  line.reset();
  line.codes.forget();
  line.tags = undefined;
  line.module = 'system';
  line.authDataset = 'system.auth';
  line.dataset = 'system.syslog';
  line.codes.load(text);
  if (!readHead()) return false;
  line.program = 'any';
  return true;
}

function told(fields: Fields | undefined, line: Line): object {
  return { ...fields, tags: line.tags };
}
