import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OcppVersion } from '@smac/ocpp';
import { createRandom, settled, VirtualClock } from '@smac/simulator';
import { OcppStation, type ProfileLimits, usualLimits } from '@smac/simulator/ocpp';
import type { NewEvse, NewLocation } from '../../network/index.ts';
import type { SessionState } from '../../sites/index.ts';
import { memoryStore } from '../../store/testing/index.ts';
import { silentLog } from '../log.ts';
import { type RunningServer, startServer } from '../start-server.ts';
import { testConfig } from './test-server.ts';

const MINUTE_MS = 60_000;

export interface SiteStation {
  readonly id: string;
  readonly evses: readonly (Pick<NewEvse, 'firstPhase'> & {
    readonly phases: 1 | 2 | 3;
    readonly maxCurrentA: number;
    readonly dischargeW?: number;
  })[];
  readonly fuseA?: number;
  /** Default: that of the site. */
  readonly version?: OcppVersion;
  /** What is unusual about it. */
  readonly limits?: Partial<ProfileLimits>;
}

export interface SimulatedSite {
  readonly startMs: number;
  readonly server: RunningServer;
  readonly stations: ReadonlyMap<string, OcppStation>;
  session(stationId: string, evseId: number): Promise<SessionState>;
  contextId(): Promise<string>;
  /** Lets everything happen up to so many minutes after the start. */
  runTo(minutes: number): Promise<void>;
}

/** A server and simulated stations behind one supply point, over real sockets on one virtual clock. */
export async function atSimulatedSite(
  wish: {
    readonly version: OcppVersion;
    readonly startMs: number;
    readonly supply: NonNullable<NewLocation['supply']>;
    readonly stations: readonly SiteStation[];
    readonly sampleIntervalS?: number;
  },
  work: (site: SimulatedSite) => Promise<void>,
): Promise<void> {
  const { startMs, supply } = wish;
  const dataDir = mkdtempSync(join(tmpdir(), 'smac-site-'));
  const clock = new VirtualClock(startMs);
  const server = await startServer(
    testConfig({ SMAC_DATA_DIR: dataDir, SMAC_OCPP_PORT: '0', SMAC_OCPP_WITHOUT_TLS: 'true' }),
    { clock, random: randomBytes, log: silentLog },
    { store: await memoryStore(), planning: { solverSeconds: 60, concurrency: 1 } },
  );
  const { network, tokens } = server.backOffice;
  await network.addLocation({
    id: 'LOC1',
    address: 'Kauppatori 1',
    city: 'Turku',
    country: 'FIN',
    latitude: '60.45',
    longitude: '22.27',
    timeZone: 'Europe/Helsinki',
    supply,
  });
  const random = createRandom(1);
  const stations = new Map<string, OcppStation>();
  for (const { id, evses, fuseA, version = wish.version, limits } of wish.stations) {
    const added = await server.stations.admin.add({ stationId: id, securityProfile: 1 }, 'local');
    assert.ok(added.ok);
    for (const [n, { phases, maxCurrentA, dischargeW = 0, firstPhase = 1 }] of evses.entries()) {
      const placed = await network.placeEvse({
        stationId: id,
        evseId: n + 1,
        locationId: 'LOC1',
        evseUid: `${id}-${n + 1}`,
        firstPhase,
        ...(fuseA === undefined ? {} : { stationFuseA: fuseA }),
        connectors: [
          {
            id: '1',
            connectorId: 1,
            standard: 'IEC_62196_T2',
            format: 'SOCKET',
            powerType: phases === 1 ? 'AC_1_PHASE' : 'AC_3_PHASE',
            maxVoltageV: 230,
            maxCurrentA,
            dischargeW,
            tariffIds: [],
          },
        ],
      });
      assert.ok(placed.ok);
      await tokens.add({ uid: `CARD${id}${n + 1}` }, 'local');
    }
    const station = new OcppStation({
      version,
      url: server.stationDoor()?.url ?? '',
      identity: added.data.identity,
      password: added.data.password ?? '',
      clock,
      random,
      station: {
        id,
        evses: evses.map(({ phases, maxCurrentA, dischargeW }, n) => ({
          evseId: n + 1,
          currentType: 'AC' as const,
          phases,
          maxCurrentA,
          ...(dischargeW ? { speaksIso15118: true } : {}),
        })),
        limits: usualLimits(version, limits),
        random,
        startMs,
        sampleIntervalS: wish.sampleIntervalS ?? 60,
      },
    });
    stations.set(id, station);
  }
  const all = [...stations.values()];
  try {
    while (all.some((station) => !station.isServing)) await new Promise((resolve) => setImmediate(resolve));
    const idle = () => settled([server.activity, ...all.map(({ activity }) => activity)]);
    await work({
      startMs,
      server,
      stations,
      async session(stationId, evseId) {
        const found = (await server.sites.liveSessions()).find(
          ({ evseUid }) => evseUid === `${stationId}-${evseId}`,
        );
        assert.ok(found, `a session at ${stationId}-${evseId}`);
        return found;
      },
      async contextId() {
        const [context] = await server.sites.contexts();
        assert.ok(context);
        return context.id;
      },
      runTo: (minutes) => clock.runUntil(startMs + minutes * MINUTE_MS, idle),
    });
  } finally {
    for (const station of all) await station.close();
    await server.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
