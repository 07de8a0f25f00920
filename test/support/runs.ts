/**
 * How often a property is tried: `usual` times, or so many times more as `SEKISHO_FUZZ` says, for a long hunt
 * (`SEKISHO_FUZZ=100 npx vitest run src/normalise test/property`).
 */
export function runs(usual: number): number {
  const more = Number(process.env['SEKISHO_FUZZ'] ?? 1);
  return Math.max(1, Math.round(usual * (more > 0 ? more : 1)));
}
