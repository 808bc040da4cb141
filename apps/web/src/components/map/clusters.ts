import { type MapView, MOST_ZOOM, type Position, type WorldPoint, worldOf, worldPx } from './map-view.ts';

/** What a mark means: colour and sign go with it. */
export type Tone = 'good' | 'busy' | 'bad' | 'quiet';

/** One thing on a map. */
export interface MapPoint extends Position {
  readonly id: string;
  /** Name, and what is to be known at a glance. */
  readonly label: string;
  readonly tone: Tone;
  /** 0..1, for the area of the mark; left out: all alike. */
  readonly weight?: number;
  /** A short text on the mark, like `2/4`. */
  readonly text?: string;
}
export interface Located extends WorldPoint {
  readonly point: MapPoint;
}
/** One mark: a point, or several that stand too close to be told apart. */
export interface Cluster extends WorldPoint {
  readonly key: string;
  readonly members: readonly Located[];
}

/** Marks nearer to each other than this are one. */
const CELL_PX = 52;
const FAN_PX = 26;
const GOLDEN_ANGLE = 2.399_963;

export const located = (points: readonly MapPoint[]): readonly Located[] =>
  points
    .filter(({ longitude, latitude }) => Number.isFinite(longitude) && Number.isFinite(latitude))
    .map((point) => ({ point, ...worldOf(point) }));

/**
 * Marks for one step of zoom, the same wherever the map looks, so that moving it changes none. Linear in the number of points: cells of a
 * grid, and what lies across an edge of a cell goes to the neighbour it nearly touches.
 */
export function clustersOf(all: readonly Located[], step: number): readonly Cluster[] {
  const px = worldPx(step);
  const cells = new Map<string, Located[]>();
  for (const one of all) {
    const key = cellOf(one, px);
    const members = cells.get(key);
    if (members === undefined) cells.set(key, [one]);
    else members.push(one);
  }
  const made = new Map<string, Cluster>();
  for (const [key, members] of cells) {
    const middle = middleOf(members);
    const near = neighbours(key)
      .map((name) => made.get(name))
      .find(
        (other) =>
          other !== undefined && Math.hypot(other.x - middle.x, other.y - middle.y) * px < CELL_PX / 2,
      );
    if (near === undefined) made.set(key, { key, members, ...middle });
    else {
      const both = [...near.members, ...members];
      made.set(near.key, { key: near.key, members: both, ...middleOf(both) });
    }
  }
  return [...made.values()];
}

/** The step of zoom at which a mark falls apart; undefined: its members stand at one place. */
export function stepThatSplits({ members }: Cluster, view: MapView): number | undefined {
  for (let step = Math.floor(view.zoom) + 1; step <= MOST_ZOOM; step += 1)
    if (clustersOf(members, step).length > 1) return step;
  return undefined;
}

/** Members that stand at one place, drawn around it: a sunflower, px from the middle. */
export function fanned(count: number): readonly { readonly x: number; readonly y: number }[] {
  return Array.from({ length: count }, (_, nth) => {
    const away = FAN_PX * Math.sqrt(nth + 1);
    return { x: away * Math.cos(nth * GOLDEN_ANGLE), y: away * Math.sin(nth * GOLDEN_ANGLE) };
  });
}

const cellOf = ({ x, y }: WorldPoint, px: number) =>
  `${Math.floor((x * px) / CELL_PX)} ${Math.floor((y * px) / CELL_PX)}`;

function neighbours(key: string): readonly string[] {
  const [column = 0, row = 0] = key.split(' ').map(Number);
  return [-1, 0, 1].flatMap((right) => [-1, 0, 1].map((down) => `${column + right} ${row + down}`));
}

function middleOf(members: readonly Located[]): WorldPoint {
  let [x, y] = [0, 0];
  for (const one of members) {
    x += one.x;
    y += one.y;
  }
  return { x: x / members.length, y: y / members.length };
}
