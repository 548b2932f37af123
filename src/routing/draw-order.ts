/**
 * The items in a random order, without any of them twice: at each place an item comes with the chance that its weight
 * has among those that are left.
 * @param random Numbers from 0 up to but not including 1
 */
export function drawOrder<Item extends { weight: number }>(
  items: readonly Item[],
  random: () => number,
): Item[] {
  // Efraimidis and Spirakis, 2006: the same order as drawing one by one, by one number for each item.
  return items
    .map((item) => ({ item, rank: -Math.log(1 - random()) / item.weight }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}
