import { type DraftEvse, type DraftPolicy, keyOf } from './draft.ts';

/** One stretch of a day in the picture of the week: hours 0..24. */
export interface Stretch {
  readonly policy: number;
  readonly fromHour: number;
  readonly toHour: number;
}

export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

/** What holds on a weekday, 1 = Monday: a rule over midnight goes on in the morning of the next day. */
export function stretchesOf(policies: readonly DraftPolicy[], weekday: number): Stretch[] {
  const before = weekday === 1 ? 7 : weekday - 1;
  const holdsOn = ({ weekdays }: DraftPolicy, day: number) => weekdays.length === 0 || weekdays.includes(day);
  return policies.flatMap((policy, index): Stretch[] => {
    const { fromHour, toHour } = policy;
    const isOver = toHour <= fromHour;
    const evening: Stretch = { policy: index, fromHour, toHour: isOver ? 24 : toHour };
    const morning: Stretch = { policy: index, fromHour: 0, toHour };
    return [
      ...(isOver && toHour > 0 && holdsOn(policy, before) ? [morning] : []),
      ...(holdsOn(policy, weekday) && evening.toHour > evening.fromHour ? [evening] : []),
    ];
  });
}

/** Bands of the Barcelona table (D4.2): the day short and strong, the night long and gentle. */
export function dayAndNight(evses: readonly DraftEvse[]): DraftPolicy[] {
  const keys = (isDc: boolean) =>
    evses.filter(({ connectors }) => connectors.some((one) => one.isDc) === isDc).map(keyOf);
  const [ac, dc] = [keys(false), keys(true)];
  const rule = (of: string[], day: boolean, minKw: number | null, maxKw: number, maxStayMinutes: number) => ({
    evses: of.length === evses.length ? [] : of,
    weekdays: [],
    fromHour: day ? 8 : 22,
    toHour: day ? 22 : 8,
    minKw,
    maxKw,
    maxStayMinutes,
  });
  return [
    ...(dc.length === 0 ? [] : [rule(dc, true, 25, 50, 30), rule(dc, false, null, 25, 120)]),
    ...(ac.length === 0 ? [] : [rule(ac, true, 3, 7, 120), rule(ac, false, 3, 7, 480)]),
  ];
}

/** `07:30` to hours; undefined where it is no time. */
export function hourOf(text: string): number | undefined {
  const [, hours = '', minutes = ''] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (hours === '' || Number(hours) > 24 || Number(minutes) > 59) return undefined;
  return Number(hours) + Number(minutes) / 60;
}
