import { number, numbers, text, type Dataset } from '../../../shared/dicomweb/dicomJson';

/**
 * By place along the slices' normal where every slice has one and they differ, otherwise by instance number: acquired
 * numbers may run in either direction or be missing.
 */
export function inOrder(instances: Dataset[]): Dataset[] {
  const byNumber = (a: Dataset, b: Dataset) =>
    (number(a, '00200013') ?? 0) - (number(b, '00200013') ?? 0) ||
    text(a, '00080018').localeCompare(text(b, '00080018'));
  const places = new Map(instances.map((instance) => [instance, along(instance)]));
  const known = [...places.values()].filter((place) => place !== undefined);
  const distinct = new Set(known.map((place) => place.toFixed(3))).size;
  if (known.length === instances.length && distinct === instances.length && distinct > 1) {
    // From the feet's end of the normal upwards reads as head first when scrolling down: highest first.
    return [...instances].sort((a, b) => places.get(b)! - places.get(a)!);
  }
  return [...instances].sort(byNumber);
}

function along(instance: Dataset): number | undefined {
  const position = numbers(instance, '00200032');
  const [rx, ry, rz, cx, cy, cz] = numbers(instance, '00200037');
  if (position.length !== 3 || cz === undefined) {
    return undefined;
  }
  return position[0] * (ry * cz - rz * cy) + position[1] * (rz * cx - rx * cz) + position[2] * (rx * cy - ry * cx);
}
