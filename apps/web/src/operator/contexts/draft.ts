import type { Answer, OperationName } from '../../api/client.ts';
import type { Operations } from '../../api/operations.ts';

export type SharedEvse = Answer<'GET /api/evses'>[number];
export type Context = Answer<'GET /api/contexts/{contextId}'>;
export type Version = Answer<'GET /api/contexts/{contextId}/versions'>[number];
type BodyOf<O extends OperationName> = Operations[O]['body'];
export type Statics = BodyOf<'POST /api/contexts'>['statics'];
export type Policy = NonNullable<BodyOf<'POST /api/contexts'>['policies']>[number];

/** What stands in the fields of the form: powers in kW; null is an empty field, which limits nothing (UC-001-c1). */
export interface Draft {
  objectId: string;
  peerId: string;
  party: string;
  currency: string;
  timeZone: string;
  maxImportKw: number | null;
  capKw: number | null;
  maxPhaseKw: number | null;
  maxExportKw: number | null;
  opportunityCost: number | null;
  capacityPrice: number | null;
  gridConnectionId: string;
  shadow: boolean;
  evses: DraftEvse[];
  policies: DraftPolicy[];
}

export interface DraftEvse {
  readonly locationId: string;
  readonly evseUid: string;
  readonly label: string;
  connectors: DraftConnector[];
}

/** Nominal powers of one connector (UC-001-c2). */
export interface DraftConnector {
  readonly connectorId: string;
  readonly standard: string;
  readonly isDc: boolean;
  /** What the location says it can give, kW. */
  readonly mostKw: number | null;
  chargeKw: number | null;
  dischargeKw: number | null;
}

/** One rule of the calendar of services. */
export interface DraftPolicy {
  /** `location/evse`; empty: all. */
  evses: string[];
  /** 1 = Monday; empty: every day. */
  weekdays: number[];
  fromHour: number;
  toHour: number;
  minKw: number | null;
  maxKw: number | null;
  maxStayMinutes: number | null;
}

export const keyOf = ({ locationId, evseUid }: Pick<DraftEvse, 'locationId' | 'evseUid'>) =>
  `${locationId}/${evseUid}`.toLowerCase();

export const emptyDraft = (): Draft => ({
  objectId: '',
  peerId: '',
  party: '',
  currency: 'EUR',
  timeZone: 'UTC',
  maxImportKw: null,
  capKw: null,
  maxPhaseKw: null,
  maxExportKw: null,
  opportunityCost: null,
  capacityPrice: null,
  gridConnectionId: '',
  shadow: false,
  evses: [],
  policies: [],
});

export const draftEvse = (evse: SharedEvse): DraftEvse => ({
  locationId: evse.locationId,
  evseUid: evse.evseUid,
  label: evse.label,
  connectors: evse.connectors.map(({ connectorId, standard, powerType, maxW }) => ({
    connectorId,
    standard,
    isDc: powerType === 'DC',
    mostKw: maxW / 1000,
    chargeKw: null,
    dischargeKw: null,
  })),
});

const kw = (w: number | undefined) => (w === undefined ? null : w / 1000);

/** A context as the form shows it, for a change of it. */
export function draftOf(context: Context, policies: readonly Policy[], shared: readonly SharedEvse[]): Draft {
  const { statics } = context;
  const known = new Map(shared.map((evse) => [keyOf(evse), evse]));
  const evses = statics.evses.map((member): DraftEvse => {
    const told = known.get(keyOf(member));
    const stated = new Map(member.connectors.map((one) => [one.connectorId.toLowerCase(), one]));
    const base: DraftEvse =
      told === undefined
        ? {
            locationId: member.locationId,
            evseUid: member.evseUid,
            label: member.evseUid,
            connectors: member.connectors.map(({ connectorId }) => ({
              connectorId,
              standard: '',
              isDc: false,
              mostKw: null,
              chargeKw: null,
              dischargeKw: null,
            })),
          }
        : draftEvse(told);
    return {
      ...base,
      connectors: base.connectors.map((connector) => {
        const one = stated.get(connector.connectorId.toLowerCase());
        return { ...connector, chargeKw: kw(one?.chargeW), dischargeKw: kw(one?.dischargeW) };
      }),
    };
  });
  const [first] = statics.evses;
  return {
    objectId: context.objectId,
    peerId: context.peerId,
    party: context.party,
    currency: statics.currency,
    timeZone:
      policies[0]?.timeZone ?? (first === undefined ? undefined : known.get(keyOf(first))?.timeZone) ?? 'UTC',
    maxImportKw: kw(statics.maxImportW),
    capKw: kw(statics.capW),
    maxPhaseKw: kw(statics.maxPhaseW),
    maxExportKw: kw(statics.maxExportW),
    opportunityCost: statics.opportunityCostPerHour2 ?? null,
    capacityPrice: statics.capacityPricePerKw ?? null,
    gridConnectionId: statics.gridConnectionId ?? '',
    shadow: context.shadow,
    evses,
    policies: policies.map((policy) => ({
      evses: policy.evses.map(keyOf),
      weekdays: [...policy.weekdays],
      fromHour: policy.fromHour,
      toHour: policy.toHour,
      minKw: kw(policy.minW),
      maxKw: kw(policy.maxW),
      maxStayMinutes: policy.maxStayMinutes ?? null,
    })),
  };
}

const watts = (value: number | null) => (value === null ? undefined : Math.round(value * 1000));

/** Leaves out what is undefined: an empty field is no value. */
export function given<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/**
 * What is sent. A connector without a nominal power is not named: then what its location says counts.
 * @param before fields that no form shows go along as they are
 */
export function staticsOf(draft: Draft, before?: Context['statics']): Statics {
  const known = new Map((before?.evses ?? []).map((evse) => [keyOf(evse), evse]));
  return {
    ...given({
      parentId: before?.parentId,
      slotMinutes: before?.slotMinutes,
      peakSoFarW: before?.peakSoFarW,
      maxImportW: watts(draft.maxImportKw),
      capW: watts(draft.capKw),
      maxPhaseW: watts(draft.maxPhaseKw),
      maxExportW: watts(draft.maxExportKw),
      opportunityCostPerHour2: draft.opportunityCost ?? undefined,
      capacityPricePerKw: draft.capacityPrice ?? undefined,
      gridConnectionId: draft.gridConnectionId.trim() || undefined,
    }),
    currency: draft.currency.trim().toUpperCase(),
    evses: draft.evses.map((evse) => ({
      locationId: known.get(keyOf(evse))?.locationId ?? evse.locationId,
      evseUid: known.get(keyOf(evse))?.evseUid ?? evse.evseUid,
      connectors: evse.connectors
        .filter(({ chargeKw, dischargeKw }) => chargeKw !== null || dischargeKw !== null)
        .map(({ connectorId, chargeKw, dischargeKw, mostKw }) => ({
          connectorId,
          chargeW: watts(chargeKw ?? mostKw) ?? 0,
          ...given({ dischargeW: watts(dischargeKw) }),
        })),
    })),
  } as Statics;
}

export function policiesOf(draft: Draft): Policy[] {
  const refs = new Map(draft.evses.map((evse) => [keyOf(evse), evse]));
  return draft.policies.map((policy) => ({
    evses: policy.evses
      .flatMap((key) => refs.get(key) ?? [])
      .map(({ locationId, evseUid }) => ({ locationId, evseUid })),
    weekdays: policy.weekdays,
    fromHour: policy.fromHour,
    toHour: policy.toHour,
    timeZone: draft.timeZone,
    ...given({
      minW: watts(policy.minKw),
      maxW: watts(policy.maxKw),
      maxStayMinutes: policy.maxStayMinutes ?? undefined,
    }),
  })) as Policy[];
}

/** Fields that stand in the way of the next step, each with the word that says why. */
export type DraftProblem =
  | 'contexts.wrong.evses'
  | 'contexts.wrong.id'
  | 'contexts.wrong.currency'
  | 'contexts.wrong.zone'
  | 'contexts.wrong.negative'
  | 'contexts.wrong.band';

export function problemsOf(draft: Draft): DraftProblem[] {
  const numbers = [
    draft.maxImportKw,
    draft.capKw,
    draft.maxPhaseKw,
    draft.maxExportKw,
    draft.opportunityCost,
    draft.capacityPrice,
    ...draft.evses.flatMap(({ connectors }) =>
      connectors.flatMap(({ chargeKw, dischargeKw }) => [chargeKw, dischargeKw]),
    ),
  ];
  return [
    ...(draft.evses.length === 0 ? (['contexts.wrong.evses'] as const) : []),
    ...(/^[\x21-\x7e]{1,36}$/.test(draft.objectId) ? [] : (['contexts.wrong.id'] as const)),
    ...(/^[A-Za-z]{3}$/.test(draft.currency.trim()) ? [] : (['contexts.wrong.currency'] as const)),
    ...(isTimeZone(draft.timeZone) ? [] : (['contexts.wrong.zone'] as const)),
    ...(numbers.some((value) => value !== null && !(value >= 0))
      ? (['contexts.wrong.negative'] as const)
      : []),
    ...(draft.policies.some(
      ({ minKw, maxKw, maxStayMinutes }) =>
        (minKw !== null && maxKw !== null && minKw > maxKw) ||
        [minKw, maxKw].some((value) => value !== null && value < 0) ||
        (maxStayMinutes !== null && maxStayMinutes <= 0),
    )
      ? (['contexts.wrong.band'] as const)
      : []),
  ];
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name !== '';
  } catch {
    return false;
  }
}
