/**
 * Luxon's tokens that can be read, by letter. Those that stand for a whole form of a place (`D`, `t`, `f` …) are not among
 * them: who writes one means the letter. Source: Luxon, "Parsing", table of tokens.
 */
const TOKENS: ReadonlySet<string> = new Set([
  ...['y', 'yy', 'yyyy', 'yyyyy', 'yyyyyy', 'G', 'GG', 'M', 'MM', 'MMM', 'MMMM', 'L', 'LL', 'LLL', 'LLLL', 'd', 'dd'],
  ...['o', 'ooo', 'q', 'W', 'WW', 'kk', 'kkkk', 'E', 'EEE', 'EEEE', 'c', 'ccc', 'cccc', 'H', 'HH', 'h', 'hh', 'a'],
  ...['m', 'mm', 's', 'ss', 'S', 'SSS', 'u', 'uu', 'uuu', 'Z', 'ZZ', 'ZZZ', 'z', 'X', 'x'],
]);

const QUOTED = /'[^']*'/g;
const RUN = /([A-Za-z])\1*/g;

/** What is wrong with a time format and how to mend it; undefined: it can be read. */
export function faultOfTime(format: string): { readonly reason: string; readonly fix: string } | undefined {
  if (/%[A-Za-z]/.test(format)) {
    return { reason: "it is written in strftime's letters", fix: "write Luxon's tokens, `yyyy-MM-dd HH:mm:ss`" };
  }
  const plain = format.replace(QUOTED, '');
  const other = [...plain.matchAll(RUN)].find(([run]) => !TOKENS.has(run));
  if (other !== undefined) {
    const fix = "put letters that stand for themselves in single quotes, `yyyy-MM-dd'T'HH:mm:ss`";
    return { reason: `\`${other[0]}\` is none of Luxon's tokens`, fix };
  }
  return /[A-Za-z]/.test(plain) ? undefined : { reason: 'it tells no time', fix: 'write `yyyy-MM-dd HH:mm:ss`' };
}
