import type { DrawnSite } from './site-slots.ts';

/** Hours back and ahead that a chart may show. */
export const WINDOWS = [24, 12, 6] as const;
export type HoursShown = (typeof WINDOWS)[number];

export function hoursShown(text: string | null): HoursShown {
  return WINDOWS.find((hours) => String(hours) === text) ?? WINDOWS[0];
}

/** First slot and the one after the last of so many hours around now. */
export function windowOf(
  { now, start, slotMinutes, limitW }: Pick<DrawnSite, 'now' | 'start' | 'slotMinutes' | 'limitW'>,
  hours: HoursShown,
): { readonly from: number; readonly to: number } {
  const nowSlot = Math.floor((Date.parse(now) - Date.parse(start)) / (slotMinutes * 60_000));
  const each = Math.ceil((hours * 60) / slotMinutes);
  return { from: Math.max(0, nowSlot - each), to: Math.min(limitW.length, nowSlot + each + 1) };
}

/** The same site, fewer slots of it. */
export function within<S extends DrawnSite>(
  picture: S,
  { from, to }: { readonly from: number; readonly to: number },
): S {
  if (from === 0 && to === picture.limitW.length) return picture;
  const cut = <T>(values: readonly T[]) => values.slice(from, to);
  return {
    ...picture,
    start: new Date(Date.parse(picture.start) + from * picture.slotMinutes * 60_000).toISOString(),
    limitW: cut(picture.limitW),
    baseLoadW: cut(picture.baseLoadW),
    generationW: cut(picture.generationW),
    meteredNetW: cut(picture.meteredNetW),
    plannedNetW: cut(picture.plannedNetW),
    importPrice: cut(picture.importPrice),
    evses: picture.evses.map((evse) => ({
      ...evse,
      meteredW: cut(evse.meteredW),
      plannedW: cut(evse.plannedW),
    })),
  };
}
