import { text } from '../capture.js';
import { service } from './service.js';

const PROCESS = { 'event.category': ['process'], 'event.type': ['info'] };
const USER = text('user.name');

/** Messages of cron, crond, anacron and crontab. A command ends with the line. Source: cron's and cronie's log_it. */
export const cron = service([
  {
    pattern: /^\(([^()]{1,256})\) CMD \((.*)\)$/s,
    to: [USER, text('process.command_line')],
    also: { ...PROCESS, 'event.action': 'ran-command' },
  },
  {
    pattern: /^\(([^()]{1,256})\) (?:BEGIN EDIT|END EDIT|REPLACE|DELETE|LIST|UPDATE) \(([^()]{1,512})\)$/,
    to: [USER, text('cron.crontab')],
    also: { ...PROCESS, 'event.action': 'crontab' },
  },
  {
    pattern:
      /^\((?:CRON|\*system\*|([^()]{1,256}))\) (?:CMDOUT|CMDEND|MAIL|INFO|info|STARTUP|ORPHAN|RELOAD|Mail|WRONG)\b/,
    to: [USER],
    also: PROCESS,
  },
  {
    pattern: /^\(([^()]{1,256})\) (?:UNAUTHORIZED|AUTH|NOT ALLOWED|PAM ERROR|FAILED)\b/,
    to: [USER],
    also: { ...PROCESS, 'event.outcome': 'failure' },
  },
  { pattern: /^Job `([^']{1,512})' (?:started|terminated)/, to: [text('cron.job')], also: PROCESS },
]);
