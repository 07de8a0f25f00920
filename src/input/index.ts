export { FOLLOW_TIMING, type FollowTiming, openFiles, type OpenFilesOptions } from './files.js';
export { MAX_BATCH_BYTES, MAX_BATCH_RECORDS, MAX_LINE_BYTES } from './lines.js';
export type { InputFailure } from './opened.js';
export { openStdin, type StdinOptions } from './stdin.js';
export { openSyslog, type SyslogCounts, type SyslogInput, type SyslogOptions } from './syslog/syslog.js';
export type { Input, Reader, ReadResult, ResumePoint, Skim } from './types.js';
export { listPaths } from './paths.js';
export type { Joining } from './joiner.js';
