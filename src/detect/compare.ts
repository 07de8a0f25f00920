/** How `fieldref` compares two texts. */
export const COMPARE_TEXTS: Readonly<
  Record<'equals' | 'contains' | 'startswith' | 'endswith', (left: string, right: string) => boolean>
> = {
  equals: (left, right) => left === right,
  contains: (left, right) => left.includes(right),
  startswith: (left, right) => left.startsWith(right),
  endswith: (left, right) => left.endsWith(right),
};
