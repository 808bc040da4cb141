import type { Answer } from '../../api/client.ts';
import type { Operations } from '../../api/operations.ts';

export type PlacedEvse = Answer<'GET /api/network/locations'>['evses'][number];
export type PlaceBody = Operations['POST /api/network/locations/{locationId}/evses']['body'];
type Wiring = PlaceBody['connectors'][number]['powerType'];
type Format = PlaceBody['connectors'][number]['format'];
export const WIRINGS = [
  'AC_3_PHASE',
  'AC_1_PHASE',
  'AC_2_PHASE',
  'AC_2_PHASE_SPLIT',
  'DC',
] as const satisfies readonly Wiring[];
export const FORMATS = ['SOCKET', 'CABLE'] as const satisfies readonly Format[];

/** Plugs as OCPI names them, with what they are called, and whether they carry direct current. */
export const PLUGS: readonly { readonly standard: string; readonly name: string; readonly isDc: boolean }[] =
  [
    { standard: 'IEC_62196_T2', name: 'Type 2', isDc: false },
    { standard: 'IEC_62196_T2_COMBO', name: 'CCS 2', isDc: true },
    { standard: 'IEC_62196_T1', name: 'Type 1', isDc: false },
    { standard: 'IEC_62196_T1_COMBO', name: 'CCS 1', isDc: true },
    { standard: 'SAE_J3400', name: 'NACS', isDc: false },
    { standard: 'CHADEMO', name: 'CHAdeMO', isDc: true },
    { standard: 'DOMESTIC_F', name: 'Schuko', isDc: false },
    { standard: 'IEC_60309_2_three_16', name: 'CEE 16 A', isDc: false },
  ];

/** One connector as it stands in the form; null is an empty field. */
export interface ConnectorDraft {
  id: string;
  connectorId: number;
  standard: string;
  format: Format;
  powerType: Wiring;
  maxVoltageV: number | null;
  maxCurrentA: number | null;
  maxKw: number | null;
  dischargeKw: number | null;
  /** Kept as they are: tariffs have a page of their own. */
  tariffIds: readonly string[];
}
export interface PlaceDraft {
  evseId: number | null;
  locationId: string;
  evseUid: string;
  firstPhase: 1 | 2 | 3;
  stationFuseA: number | null;
  connectors: ConnectorDraft[];
}

export const newConnector = (connectorId: number): ConnectorDraft => ({
  id: String(connectorId),
  connectorId,
  standard: 'IEC_62196_T2',
  format: 'SOCKET',
  powerType: 'AC_3_PHASE',
  maxVoltageV: 230,
  maxCurrentA: 16,
  maxKw: null,
  dischargeKw: null,
  tariffIds: [],
});

/** An EVSE nobody placed; its name is made of what is known until somebody has a better one. */
export const newPlace = (stationId: string, evseId: number, locationId: string): PlaceDraft => ({
  evseId,
  locationId,
  evseUid: `${stationId}-${evseId}`.slice(0, 36),
  firstPhase: 1,
  stationFuseA: null,
  connectors: [newConnector(1)],
});

export const draftOf = ({
  evseId,
  locationId,
  evseUid,
  firstPhase,
  stationFuseA,
  connectors,
}: PlacedEvse): PlaceDraft => ({
  evseId,
  locationId,
  evseUid,
  firstPhase,
  stationFuseA: stationFuseA ?? null,
  connectors: connectors.map(({ maxPowerW, dischargeW = 0, tariffIds = [], ...connector }) => ({
    ...connector,
    maxKw: maxPowerW === undefined ? null : maxPowerW / 1000,
    dischargeKw: dischargeW === 0 ? null : dischargeW / 1000,
    tariffIds,
  })),
});

/** What a plug usually goes with, so that little is typed. */
export function plugged(connector: ConnectorDraft, standard: string): ConnectorDraft {
  const isDc = PLUGS.find((plug) => plug.standard === standard)?.isDc ?? false;
  if (isDc === (connector.powerType === 'DC')) return { ...connector, standard };
  return isDc
    ? { ...connector, standard, format: 'CABLE', powerType: 'DC', maxVoltageV: 400, maxCurrentA: 125 }
    : { ...connector, standard, powerType: 'AC_3_PHASE', maxVoltageV: 230, maxCurrentA: 16 };
}

const PHASES: Readonly<Record<Wiring, number>> = {
  AC_1_PHASE: 1,
  AC_2_PHASE: 2,
  AC_2_PHASE_SPLIT: 2,
  AC_3_PHASE: 3,
  DC: 1,
};

/** Most the connector gives, W; null while something is missing. */
export function powerOf({ maxKw, maxVoltageV, maxCurrentA, powerType }: ConnectorDraft): number | null {
  if (maxKw !== null) return maxKw * 1000;
  return maxVoltageV === null || maxCurrentA === null ? null : maxVoltageV * maxCurrentA * PHASES[powerType];
}

/** What is sent; undefined while something is missing. */
export function bodyOf(stationId: string, draft: PlaceDraft): PlaceBody | undefined {
  const { evseId, evseUid, firstPhase, stationFuseA } = draft;
  const connectors = draft.connectors.flatMap(
    ({ maxKw, dischargeKw, maxVoltageV, maxCurrentA, tariffIds, ...connector }) =>
      maxVoltageV === null || maxCurrentA === null
        ? []
        : [
            {
              ...connector,
              maxVoltageV,
              maxCurrentA,
              ...(maxKw === null ? {} : { maxPowerW: Math.round(maxKw * 1000) }),
              dischargeW: Math.round((dischargeKw ?? 0) * 1000),
              tariffIds: [...tariffIds],
            },
          ],
  );
  if (evseId === null || evseUid.trim() === '' || connectors.length < draft.connectors.length)
    return undefined;
  return {
    stationId,
    evseId,
    evseUid: evseUid.trim(),
    firstPhase,
    ...(stationFuseA === null ? {} : { stationFuseA }),
    connectors,
  };
}
