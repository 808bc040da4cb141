import type { Charge } from './charge-state.ts';

export const PROFILE_TYPES = ['CHEAP', 'GREEN', 'REGULAR', 'FAST'] as const;
export type ProfileType = (typeof PROFILE_TYPES)[number];

export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** The wishes of a charge as the server takes them; what nobody said is left out. */
export function wishesOf({ wishes }: Pick<Charge, 'wishes'>) {
  const {
    profileType,
    departure,
    departureFirm,
    targetSoc,
    minSoc,
    atOnceSoc,
    atOnceWh,
    energyNeedWh,
    dischargeAllowed,
    reserveSoc,
  } = wishes;
  return {
    dischargeAllowed,
    ...(profileType === null ? {} : { profileType }),
    ...(departure === null ? {} : { departure, departureFirm }),
    ...(targetSoc === null ? {} : { targetSoc }),
    ...(minSoc === null ? {} : { minSoc }),
    ...(atOnceSoc === null ? {} : { atOnceSoc }),
    ...(atOnceWh === null ? {} : { atOnceWh }),
    ...(energyNeedWh === null ? {} : { energyNeedWh }),
    ...(reserveSoc === null ? {} : { reserveSoc }),
  };
}
