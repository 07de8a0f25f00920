const GOOD = /success|succeed|\bok\b|accepted|allowed|granted|logged[-_ ]?in|signed[-_ ]?in|\btrue\b|\bpass(?:ed)?\b/i;
const BAD =
  /fail|denied|deny|invalid|incorrect|wrong|bad[-_ ]|reject|unsuccess|unauthor|locked|blocked|error|\bfalse\b/i;

/** What words of any application say of a result; what is bad counts before what is good (`unsuccessful`). */
export function resultOf(words: string): 'success' | 'failure' | undefined {
  if (BAD.test(words)) return 'failure';
  return GOOD.test(words) ? 'success' : undefined;
}
