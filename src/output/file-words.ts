const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist; create it',
  EACCES: 'may not be written by this user; give it write permission',
  EPERM: 'may not be written by this user; give it write permission',
  EROFS: 'lies on a file system that is read-only; name another place',
  EISDIR: 'is a folder; name a file in it',
  ENOTDIR: 'lies below a file as if that were a folder; check the path',
  ENOSPC: 'the disk is full; free some space',
};

/** Why a file can't be written, and what mends it: `reason; fix`, to stand behind its name. */
export function fileTrouble(error: unknown): Error {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new Error(REASONS[code] ?? message, { cause: error });
}
