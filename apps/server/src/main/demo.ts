import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createCpoCounterpart, createRandom } from '@smac/simulator';
import type { Config } from '../config/index.ts';
import type { Surroundings } from './compose.ts';
import { loadAfterFirstPlan, loadHistory } from './demo-history.ts';
import { DEMO_PLACE, demoSite } from './demo-site.ts';
import { demoOcppPort, demoWorld, startDemoStations } from './demo-stations.ts';
import { type RunningServer, startServer } from './start-server.ts';

/**
 * The server with a simulated charge point operator that registers and charges cars by real OCPI over this machine's loopback, and with
 * simulated charging stations that connect to the own back office by real OCPP. It
 * has a data folder of its own that starts empty every time, so that it never mixes with real operation.
 */
export async function startDemoServer(config: Config, around: Surroundings): Promise<RunningServer> {
  const { clock, log } = around;
  const dataDir = join(config.dataDir, 'demo');
  if (config.databaseUrl !== undefined) {
    log.warn({}, 'The demo keeps away from DATABASE_URL and uses an embedded database of its own');
  }
  rmSync(join(dataDir, 'database'), { recursive: true, force: true });
  rmSync(join(dataDir, 'audit-heads'), { force: true });
  const server = await startServer(
    {
      ...config,
      dataDir,
      databaseUrl: undefined,
      ocpiAllowPrivate: true,
      // Stations of the demo live on this machine: plain sockets on loopback, whatever is set for real ones.
      ocppPort: await demoOcppPort(config.ocppPort, around),
      ocppHost: '127.0.0.1',
      ocppPublicUrl: undefined,
      ocppTlsCert: undefined,
      ocppTlsKey: undefined,
      ocppTlsClientCa: undefined,
      ocppTls12Port: undefined,
      ocppWithoutTls: true,
      // Its link signs in once, so that sign-in lasts.
      sessionIdleMinutes: 1440,
      sessionHours: 168,
    },
    around,
    { demo: true },
  );
  const site = demoSite(clock.now());
  const { timeZone, ...place } = DEMO_PLACE;
  const counterpart = await createCpoCounterpart({
    clock,
    random: createRandom(7),
    log,
    identity: {
      party: { countryCode: 'NL', partyId: 'DMO' },
      name: 'Demo car park',
      locationId: 'car-park',
      timeZone,
      place,
      currency: 'EUR',
    },
    evses: site.evses,
    visits: site.visits,
    supply: site.supply,
    departures: 'announced',
    tellsSoc: true,
    agreements: ['soc_preferences', 'battery_capacity'],
  });
  let endStations = async () => {};
  const close = async () => {
    await endStations();
    await counterpart.close();
    await server.close();
  };
  try {
    const invitation = await server.scsp.parties.invite({
      role: 'CPO',
      country: 'NL',
      party: 'DMO',
      name: 'Demo car park',
    });
    if (!invitation.ok) throw new Error(`The demo's operator could not be invited: ${invitation.detail}`);
    await counterpart.register({ token: invitation.data.token, versions_url: invitation.data.versionsUrl });
    await counterpart.start();
    log.info(
      {},
      'A simulated charge point operator registered over OCPI and told of its car park, prices and sessions',
    );
    endStations = await startDemoStations(server, demoWorld(clock.now(), site), around);
    loadAfterFirstPlan(server, () => loadHistory(server, demoWorld(clock.now(), site, 7), around), log);
  } catch (error) {
    await close();
    throw error;
  }
  return { ...server, close };
}
