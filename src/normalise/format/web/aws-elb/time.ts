/** The time as ISO 8601 with milliseconds: the stamp itself, cut, where it is written so. */
export function isoOf(stamp: string, time: number): string {
  // 24:00 and the 60th second are other times than written.
  const isOdd = stamp.charCodeAt(17) === 54 || stamp.startsWith('24', 11);
  if (stamp.length < 24 || isOdd) return new Date(time).toISOString();
  return stamp.length === 24 && stamp.endsWith('Z') ? stamp : `${stamp.slice(0, 23)}Z`;
}
