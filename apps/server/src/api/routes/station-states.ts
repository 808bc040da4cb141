import type { Location } from '@smac/ocpi';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { maxPowerOf, phasesOf } from '../../network/index.ts';
import { readinessOf, type StationRecord, sampledBy } from '../../stations/index.ts';
import { exportedWh, importedWh, type TransactionState } from '../../transactions/index.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { describes } from './schemas.ts';
import { StationParams } from './station-requests.ts';
import { ReadinessRows, type StationState, StationStates } from './station-schemas.ts';
import { one } from './stations.ts';

const tag = 'stations';
const MOST_RUNNING = 100_000;
const LATELY = 20;

type State = Static<typeof StationState>;
type Connectors = Awaited<ReturnType<ApiSurroundings['stations']['connectors']>>;

/** Stations as lists and pages of people show them: where they stand, what their EVSEs do, what smart charging lacks. */
export function stationStateRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { stations, network, transactions, drift, clock } = around;
  const config = { permission: 'stations:read' } as const;

  app.get(
    '/api/station-states',
    {
      config,
      schema: describes({
        tag,
        summary:
          'All stations that are not retired: connection, place, EVSEs with their charge, findings, drift',
        answer: StationStates,
      }),
    },
    async () => {
      const shown = stations.list().filter(({ retiredMs }) => retiredMs === null);
      return { now: isoOf(clock.now()), stations: await statesOf(shown, await stations.allConnectors()) };
    },
  );

  app.get<{ Params: Static<typeof StationParams> }>(
    '/api/stations/:stationId/state',
    {
      config,
      schema: describes({
        tag,
        summary: 'One station: connection, place, EVSEs with their charge, drift',
        params: StationParams,
        answer: StationStates,
      }),
    },
    async ({ params: { stationId } }) => {
      const connectors = new Map([[stationId, await stations.connectors(stationId)]]);
      return {
        now: isoOf(clock.now()),
        stations: await statesOf([one(around, stationId)], connectors, stationId),
      };
    },
  );

  app.get<{ Params: Static<typeof StationParams> }>(
    '/api/stations/:stationId/readiness',
    {
      config,
      schema: describes({
        tag,
        summary: 'What smart charging needs of a station and what of it this one has, each with its reason',
        params: StationParams,
        answer: ReadinessRows,
      }),
    },
    async ({ params: { stationId } }) => {
      const station = one(around, stationId);
      const lately = await transactions.list({ stationId, limit: LATELY });
      const hasMeasured = lately.some(({ meteredMs }) => meteredMs !== undefined);
      return readinessOf({
        ...factsOf(station),
        sampled: sampledBy(await stations.deviceModel(stationId)),
        hasMeasured,
      });
    },
  );

  const factsOf = (station: StationRecord) => {
    const connection = stations.connected(station.stationId);
    return {
      version: connection?.version ?? station.version,
      capability: stations.capability(station.stationId),
      securityProfile: connection?.securityProfile ?? null,
      placedPhases: network
        .evsesOf(station.stationId)
        .flatMap(({ connectors }) => connectors.map((connector) => phasesOf(connector))),
    };
  };

  async function statesOf(
    records: readonly StationRecord[],
    connectors: ReadonlyMap<string, Connectors>,
    stationId?: string,
  ): Promise<State[]> {
    const [places, running, drifting] = await Promise.all([
      network.locations(),
      transactions.list({
        state: 'active',
        limit: MOST_RUNNING,
        ...(stationId === undefined ? {} : { stationId }),
      }),
      stationId === undefined ? drift.all() : drift.of(stationId),
    ]);
    const locations = new Map(places.map((location) => [location.id, location]));
    const byStation = Map.groupBy(running, (transaction) => transaction.stationId);
    const drifts = Map.groupBy(drifting, (each) => each.stationId);
    return records.map((station) => {
      const connection = stations.connected(station.stationId);
      const facts = factsOf(station);
      const largest = (drifts.get(station.stationId) ?? [])
        .map(({ largestW }) => largestW)
        .toSorted((a, b) => Math.abs(b) - Math.abs(a))[0];
      return {
        stationId: station.stationId,
        name: station.name,
        connected: connection !== undefined,
        version: facts.version,
        vendor: station.vendor,
        model: station.model,
        firmware: station.firmware,
        registration: station.registration,
        securityProfile: facts.securityProfile,
        lastSeen: isoOrNull(connection?.lastSeenMs ?? station.disconnectedMs),
        site: siteOf(locations.get(network.evsesOf(station.stationId)[0]?.locationId ?? '')),
        evses: evsesOf(
          station.stationId,
          connectors.get(station.stationId) ?? [],
          byStation.get(station.stationId) ?? [],
        ),
        // What a list can say without reading each device model: metering is left to the page of the station.
        findings: readinessOf({ ...facts, sampled: undefined, hasMeasured: false }).filter(
          ({ item, verdict }) => item !== 'metering' && (verdict === 'no' || verdict === 'partly'),
        ),
        driftW: largest === undefined || largest === 0 ? null : largest,
      };
    });
  }

  /** What it reported and what somebody placed; EVSE 0 is the station itself. */
  function evsesOf(
    stationId: string,
    connectors: Connectors,
    running: readonly TransactionState[],
  ): State['evses'] {
    const places = network.evsesOf(stationId);
    const known = connectors.filter(({ evseId }) => evseId > 0);
    const silent = places
      .filter(({ evseId }) => !known.some((row) => row.evseId === evseId))
      .map(({ evseId }) => ({ evseId, connectorId: 1 }));
    return [...known, ...silent]
      .toSorted((a, b) => a.evseId - b.evseId || a.connectorId - b.connectorId)
      .map((row) => {
        const place = places.find(({ evseId }) => evseId === row.evseId);
        const connector =
          place?.connectors.find(({ connectorId }) => connectorId === row.connectorId) ??
          place?.connectors[0];
        const status = 'status' in row ? row : undefined;
        const transaction = running.find(
          ({ evseId, connectorId }) => evseId === row.evseId && (connectorId || 1) === row.connectorId,
        );
        return {
          evseId: row.evseId,
          connectorId: row.connectorId,
          evseUid: place?.evseUid ?? null,
          status: status?.status ?? null,
          statusSince: isoOrNull(status?.statusMs ?? null),
          errorCode: status?.errorCode ?? null,
          info: status?.info ?? null,
          phases: connector === undefined ? null : phasesOf(connector),
          maxPowerW: connector === undefined ? null : maxPowerOf(connector),
          transaction: transaction === undefined ? null : chargeOf(transaction),
        };
      });
  }
}

const isoOf = (ms: number) => new Date(ms).toISOString();
const isoOrNull = (ms: number | null) => (ms === null ? null : isoOf(ms));

const siteOf = (location: Location | undefined): State['site'] =>
  location === undefined
    ? null
    : {
        locationId: location.id,
        name: location.name ?? location.address,
        city: location.city,
        timeZone: location.time_zone,
      };

const chargeOf = (transaction: TransactionState) => ({
  id: transaction.id,
  ref: transaction.stationRef,
  start: isoOf(transaction.startMs),
  chargingState: transaction.chargingState ?? null,
  powerW: transaction.powerW ?? null,
  powerRead: isoOrNull(transaction.powerReadMs ?? null),
  importedWh: importedWh(transaction),
  exportedWh: exportedWh(transaction),
  soc: transaction.soc ?? null,
});
