import type { ExportColumn, Exported } from '../components/export/exported.ts';
import { zonedTime } from '../components/export/zoned-time.ts';
import { layersOf, type SitePicture, type SiteSlot, slotsOf } from './site-slots.ts';

interface Line {
  readonly slot: SiteSlot;
  readonly otherNetW: number | null;
}

/**
 * Exactly the lines and bands of a site's chart, one row per quarter hour by the clock of the site; powers in W, prices per kWh.
 * @param otherNetW what is drawn beside the plan, W per slot
 */
export function siteExport(
  picture: SitePicture,
  otherNetW?: readonly (number | null)[] | undefined,
): Exported<Line> {
  const slots = slotsOf(picture);
  const time = (key: string, of: (slot: SiteSlot) => number): ExportColumn<Line> => ({
    key,
    kind: 'text',
    value: ({ slot }) => zonedTime(of(slot), picture.timeZone),
  });
  const number = (key: string, value: (slot: SiteSlot) => number | null): ExportColumn<Line> => ({
    key,
    kind: 'number',
    value: ({ slot }) => value(slot),
  });
  const columns: ExportColumn<Line>[] = [
    time('start', ({ startMs }) => startMs),
    time('end', ({ endMs }) => endMs),
    { key: 'kind', kind: 'choice', value: ({ slot }) => (slot.isOver ? 'measured' : 'planned') },
    number('net (W)', ({ netW }) => netW),
    number('planned net (W)', ({ plannedNetW }) => plannedNetW),
    ...(otherNetW === undefined
      ? []
      : [
          {
            key: 'what-if net (W)',
            kind: 'number',
            value: (line: Line) => line.otherNetW,
          } as const,
        ]),
    number('limit (W)', ({ limitW }) => limitW),
    number('base load (W)', ({ baseLoadW }) => baseLoadW),
    number('generation (W)', ({ generationW }) => generationW),
    number('cars (W)', ({ evW }) => evW),
    ...drawnEvses(picture, slots).map(({ evse, name }) =>
      number(`${name} (W)`, ({ byEvseW }) => byEvseW[evse] ?? 0),
    ),
    number(`price (${picture.currency}/kWh)`, ({ price }) => price),
  ];
  return { columns, rows: slots.map((slot, n) => ({ slot, otherNetW: otherNetW?.[n] ?? null })) };
}

/** EVSEs that have a band; two of the same label are told apart by their uid. */
function drawnEvses(picture: SitePicture, slots: readonly SiteSlot[]) {
  return layersOf(slots)
    .filter(({ evse }) => evse >= 0)
    .map(({ evse }) => {
      const { label = '', evseUid = '' } = picture.evses[evse] ?? {};
      const isAlone = picture.evses.filter((one) => one.label === label).length === 1;
      return { evse, name: isAlone ? label : `${label} ${evseUid}` };
    });
}
