import { number, type Setter, text } from '../capture.js';
import { validIp } from '../text/scan.js';
import { client, clientName, CONNECTION, LOGGED_IN, LOGIN_FAILED, service } from './service.js';

const IP = '([0-9a-fA-F.:]{2,45})';
const HEAD = String.raw`^(?:[^ ]{1,255} )?\(([^ ()[\]]{1,255})\[${IP}\]\):? (?:- |mod_\w{1,32}[^:]{0,64}: )?`;
const USER = text('user.name');
const FTP = { 'network.protocol': 'ftp' };
const FAILED = { ...LOGIN_FAILED, ...FTP };
const IN = { ...LOGGED_IN, ...FTP };
const FILE = { 'event.category': ['file'], 'event.type': ['info'], ...FTP };

/** Messages of ProFTPD: the client's name and address stand before what it sends. Source: ProFTPD, "Logging". */
export const proftpd = service([
  { pattern: new RegExp(`${HEAD}USER (.{1,256}): Login successful\\.?$`), to: [clientName, client, USER], also: IN },
  {
    pattern: new RegExp(`${HEAD}USER (.{1,256}) \\((?:Login failed|Limit access denies login|Login denied)\\)`),
    to: [clientName, client, USER],
    also: FAILED,
  },
  {
    pattern: new RegExp(`${HEAD}USER (.{1,256}): no such user(?: found)?`),
    to: [clientName, client, USER],
    also: FAILED,
  },
  {
    pattern: new RegExp(`${HEAD}(?:SECURITY VIOLATION: (?:root|Root)|Maximum login attempts)`),
    to: [clientName, client],
    also: FAILED,
  },
  {
    pattern: new RegExp(`${HEAD}user '(.{1,256})' authentication via '[\\w-]{1,64}' method failed`),
    to: [clientName, client, USER],
    also: FAILED,
  },
  {
    pattern: new RegExp(`${HEAD}Connection from .{0,300} denied`),
    to: [clientName, client],
    also: { ...CONNECTION, ...FTP, 'event.type': ['connection', 'denied'] },
  },
  {
    pattern: new RegExp(`${HEAD}FTP session (opened|closed)`),
    to: [clientName, client, text('event.action')],
    also: { ...CONNECTION, ...FTP },
  },
]);

const CLIENT = `Client "${IP}"`;

/** Messages of vsftpd, in syslog and in its own log. Source: vsftpd's logging.c. */
export const vsftpd = service([
  {
    pattern: new RegExp(String.raw`^(?:\[pid (\d{1,10})\] )?\[(.{1,256})\] FAIL LOGIN: ${CLIENT}`),
    to: [number('process.pid'), USER, client],
    also: FAILED,
  },
  {
    pattern: new RegExp(String.raw`^(?:\[pid (\d{1,10})\] )?\[(.{1,256})\] OK LOGIN: ${CLIENT}`),
    to: [number('process.pid'), USER, client],
    also: IN,
  },
  {
    pattern: new RegExp(
      String.raw`^(?:\[pid (\d{1,10})\] )?\[(.{1,256}?)\] ((?:OK|FAIL) (?:UPLOAD|DOWNLOAD|DELETE|MKDIR|RMDIR|RENAME|CHMOD)): ${CLIENT}, "(.{0,4096}?)"(?:, (\d{1,15}) bytes)?`,
    ),
    to: [number('process.pid'), USER, text('event.action'), client, text('file.path'), number('file.size')],
    also: FILE,
  },
  {
    pattern: new RegExp(String.raw`^(?:\[pid (\d{1,10})\] )?CONNECT: ${CLIENT}`),
    to: [number('process.pid'), client],
    also: { ...CONNECTION, ...FTP },
  },
]);

/** Messages of Pure-FTPd: `(user@address) [LEVEL] text`. Source: Pure-FTPd's messages_en.h. */
export const pureftpd = service([
  {
    pattern: new RegExp(
      String.raw`^\([^@]{0,256}@([^)]{1,255})\) \[\w{1,16}\] Authentication failed for user \[(.{0,256})\]$`,
    ),
    to: [client, USER],
    also: FAILED,
  },
  {
    pattern: new RegExp(String.raw`^\([^@]{0,256}@([^)]{1,255})\) \[\w{1,16}\] (.{1,256}) is now logged in$`),
    to: [client, USER],
    also: IN,
  },
  {
    pattern: new RegExp(String.raw`^\([^@]{0,256}@([^)]{1,255})\) \[\w{1,16}\] (?:New connection from|Logout)`),
    to: [client],
    also: { ...CONNECTION, ...FTP },
  },
  {
    pattern: /^\([^@]{0,256}@([^)]{1,255})\) \[\w{1,16}\] Too many authentication failures/,
    to: [client],
    also: FAILED,
  },
  {
    pattern:
      /^\(([^@]{1,256})@([^)]{1,255})\) \[\w{1,16}\] (\/.{0,4096}) (uploaded|downloaded) {1,2}\((\d{1,15}) bytes, /,
    to: [USER, client, text('file.path'), text('event.action'), number('file.size')],
    also: FILE,
  },
  {
    pattern: /^\(([^@]{1,256})@([^)]{1,255})\) \[\w{1,16}\] Deleted (\/.{0,4096})$/,
    to: [USER, client, text('file.path')],
    also: { ...FILE, 'event.action': 'deleted' },
  },
]);

/**
 * A client's name or address, the other of which may be told too: the address is what it came from; of two, the second, for a
 * name that looks like one is the client's own choice.
 */
const either: Setter = (fields, value) => {
  const told = fields['source.ip'];
  client(fields, value);
  if (told === undefined || validIp(value) !== undefined) return;
  fields['source.address'] = told;
  fields['source.ip'] = told;
};

// What the server resolved itself: a name, an address, or both.
const HOST = String.raw`([^ ,[\]()]{1,255})(?: \[([0-9a-fA-F.:]{2,45})\])?`;

/** Messages of BSD's, Solaris' and Washington University's ftpd. Sources: ftpd.c of FreeBSD, of NetKit and of wu-ftpd. */
export const ftpd = service([
  { pattern: new RegExp(`^FTP LOGIN FROM ${HOST}(?: as |, )(.{1,256})$`), to: [either, either, USER], also: IN },
  // What an anonymous client calls itself names nobody.
  { pattern: new RegExp(`^ANONYMOUS FTP LOGIN FROM ${HOST}`), to: [either, either], also: IN },
  {
    pattern: new RegExp(
      `^(?:FTP LOGIN (?:FAILED|REFUSED)|LOGIN FAILED|failed login|(?:repeated|multiple) login failures) (?:FROM|from) ${HOST}(?:, (.{1,256}))?$`,
    ),
    to: [either, either, USER],
    also: FAILED,
  },
  {
    pattern: /^connection from ([^ ,[\]()]{1,255})(?: \(([^ ()]{0,255})\))?(?: at .{1,64})?$/,
    to: [either, either],
    also: { ...CONNECTION, ...FTP },
  },
]);
