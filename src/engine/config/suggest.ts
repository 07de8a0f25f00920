import { distance } from 'fastest-levenshtein';

/** `; did you mean 'inputs'?` where a known word is near, else the list of what is known. */
export function suggestion(word: string, known: readonly string[]): string {
  const near = known
    .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)[0];
  if (near !== undefined && near.far <= Math.max(word.length < 4 ? 1 : 2, word.length / 3))
    return `; did you mean '${near.candidate}'?`;
  return known.length === 0 ? '' : `; known here: ${known.join(', ')}`;
}
