/**
 * Trigger to profile: from the moment a CPO begins to PUT a session until SMAC's charging profile PUT for it reaches the CPO, over real
 * HTTP, with 100 other sessions in the same context and an embedded database on disk. The limit is wide, so that no increase waits for a
 * confirmed decrease.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { formatDateTime } from '@smac/ocpi';
import { readConfig } from '../src/config/index.ts';
import { silentLog } from '../src/main/log.ts';
import { type RunningServer, startServer } from '../src/main/start-server.ts';
import { context, location, session } from '../src/roles/scsp/testing/objects.ts';
import { TestCpo } from '../src/roles/scsp/testing/test-cpo.ts';
import { systemClock } from '../src/time/clock.ts';

const SESSIONS = 100;
const ARRIVALS = 100;
const HOUR_MS = 3_600_000;
const SLOT_MS = 900_000;
const OWNER = { countryCode: 'NL', partyId: 'TNM' };

for (const [title, discharge, limitMs] of [
  ['charge-only', false, 1_000],
  ['V2G', true, 2_000],
] as const) {
  console.log(await line(title, discharge, limitMs));
}
process.exit(0);

async function line(title: string, discharge: boolean, limitMs: number): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'smac-bench-'));
  const config = readConfig({ SMAC_PORT: '0', SMAC_DATA_DIR: dataDir, SMAC_OCPI_ALLOW_PRIVATE: 'true' });
  if (!config.ok) throw new Error(config.sentence);
  const server = await startServer(config.config, {
    clock: systemClock,
    random: randomBytes,
    log: silentLog,
  });
  const solvers = new Map<string, number>();
  let discharging = 0;
  server.planning.onPlan(({ plan, problem }) => {
    solvers.set(plan.solver, (solvers.get(plan.solver) ?? 0) + 1);
    discharging = problem.sessions?.filter((one) => (one.max_discharge_w ?? 0) > 0).length ?? 0;
  });
  const cpo = await TestCpo.start(systemClock);
  try {
    const peerId = await register(server, cpo, discharge);
    const drive = (id: string) => plugIn(server, cpo, peerId, id, discharge);
    for (let n = 0; n < SESSIONS; n += 1) await drive(`S${n}`);
    await until(() => cpo.inForce.size === SESSIONS);
    await server.activity.idle();
    solvers.clear();
    const latenciesMs: number[] = [];
    for (let n = 0; n < ARRIVALS; n += 1) {
      const id = `N${n}`;
      const startMs = performance.now();
      await drive(id);
      await until(() => cpo.inForce.has(id));
      latenciesMs.push(performance.now() - startMs);
      if (process.stderr.isTTY) process.stderr.write(`\r${title}: ${n + 1} of ${ARRIVALS} arrivals`);
      told(await cpo.client.receiver.sessions.patch({ owner: OWNER, id }, ended(id)));
      await server.activity.idle();
    }
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    latenciesMs.sort((a, b) => a - b);
    const at = (share: number) =>
      latenciesMs[Math.min(ARRIVALS - 1, Math.ceil(share * ARRIVALS) - 1)]!.toFixed(0);
    const by = [...solvers].map(([solver, count]) => `${solver} ${count}`).join(', ');
    return (
      `trigger to profile, ${title}, ${SESSIONS} sessions: median ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms ` +
      `(wanted: p99 <= ${limitMs} ms) over ${ARRIVALS} arrivals; plans by ${by}; ${discharging} sessions may discharge`
    );
  } finally {
    await server.close();
    await cpo.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function register(server: RunningServer, cpo: TestCpo, discharge: boolean): Promise<string> {
  const agreements = ['smartchargingoptimisation', 'v2x'];
  const invited = await server.scsp.parties.invite({ role: 'CPO', country: 'NL', party: 'TNM', agreements });
  if (!invited.ok) throw new Error(invited.detail);
  await cpo.register(invited.data);
  const nowMs = Date.now();
  const evses = Array.from({ length: SESSIONS + 1 }, (_, n) => ({
    location_id: 'quay',
    evse_uid: `q${n}`,
    connectors: [{ connector_id: '1', power: 11, ...(discharge ? { discharge_power: 10 } : {}) }],
  }));
  const { receiver } = cpo.client;
  const place = location(nowMs);
  const pattern = place.evses![0]!;
  const body = { ...place, evses: evses.map(({ evse_uid: uid }) => ({ ...pattern, uid })) };
  cpo.locations.push(body);
  told(await receiver.locations.put({ owner: OWNER, locationId: 'quay' }, body));
  const price = Array.from({ length: 96 }, (_, n) => ({
    time_slot: formatDateTime(Math.floor(nowMs / SLOT_MS) * SLOT_MS + n * SLOT_MS),
    value: 0.2 + 0.1 * Math.sin(n / 7),
  }));
  const supply = context(nowMs, { max_power: 2_000_000, evses, price });
  cpo.contexts.push(supply);
  told(await receiver.smartchargingoptimisation.put(supply));
  return invited.data.peerId;
}

/** The last EVSE is the one where cars come and go. */
async function plugIn(server: RunningServer, cpo: TestCpo, peerId: string, id: string, discharge: boolean) {
  const number = id.startsWith('S') ? Number(id.slice(1)) : SESSIONS;
  told(await cpo.client.receiver.sessions.put(session(id, Date.now(), { evse_uid: `q${number}` })));
  if (!id.startsWith('S')) return;
  const ref = { peerId, sessionId: id };
  told(await server.sites.setVehicle(ref, { batteryWh: 60_000, maxDischargeW: 10_000 }));
  told(await server.sites.reportSoc(ref, { soc: 0.2 + 0.004 * number, source: 'station', atMs: Date.now() }));
  const wish = {
    departureMs: Date.now() + (6 + (number % 12)) * HOUR_MS,
    departureFirm: true,
    targetSoc: 0.8,
    profileType: 'CHEAP' as const,
    dischargeAllowed: discharge,
  };
  told(await server.sites.setPreferences(ref, wish));
}

function ended(id: string) {
  const now = formatDateTime(Date.now());
  return { ...session(id, Date.now()), status: 'COMPLETED' as const, end_date_time: now, last_updated: now };
}

async function until(isTrue: () => boolean): Promise<void> {
  const startMs = performance.now();
  while (!isTrue()) {
    if (performance.now() - startMs > 120_000) throw new Error('waited two minutes in vain');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function told(answer: { readonly ok: boolean; readonly detail?: string }): void {
  if (!answer.ok) throw new Error(answer.detail);
}
