// Figures of the RPC layer: node packages/ocpp/bench/rpc.ts
// Messages per second over sockets of this machine with both ends in one process and both checking schemas, memory of
// an idle connection, and the cost of compiling schemas at first use.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  type AnyConnection,
  acceptStations,
  actionsOf,
  type Clock,
  dialStation,
  ocppVersions,
} from '../src/index.ts';
import { PayloadChecks } from '../src/schemas/index.ts';

const clock: Clock = {
  now: Date.now,
  after: (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const at = '2026-01-01T00:00:00Z';
const sampledValue = [
  'Energy.Active.Import.Register',
  'Power.Active.Import',
  'Current.Import',
  'Voltage',
].map((measurand) => ({ value: 1234.5, measurand, context: 'Sample.Periodic', location: 'Outlet' }));
const messages: readonly (readonly [string, object])[] = [
  ['Heartbeat', {}],
  ['StatusNotification', { timestamp: at, connectorStatus: 'Occupied', evseId: 1, connectorId: 1 }],
  ['MeterValues', { evseId: 1, meterValue: [{ timestamp: at, sampledValue }] }],
  [
    'TransactionEvent',
    {
      eventType: 'Updated',
      timestamp: at,
      triggerReason: 'MeterValuePeriodic',
      seqNo: 5,
      transactionInfo: { transactionId: 'T-1', chargingState: 'Charging' },
      evse: { id: 1, connectorId: 1 },
      meterValue: [{ timestamp: at, sampledValue }],
    },
  ],
];

for (const version of ocppVersions) {
  const checks = new PayloadChecks(version);
  const costsMs: number[] = [];
  for (const action of actionsOf(version)) {
    for (const kind of ['request', 'response'] as const) {
      const before = process.cpuUsage();
      checks.strictly(action, kind, {});
      const { user, system } = process.cpuUsage(before);
      costsMs.push((user + system) / 1e3);
    }
  }
  costsMs.sort((a, b) => a - b);
  const totalMs = costsMs.reduce((sum, each) => sum + each, 0);
  console.log(
    `${version}: ${checks.compiled} schemas compiled in ${totalMs.toFixed(0)} ms of CPU, median ${costsMs[costsMs.length >> 1]?.toFixed(1)} ms, worst ${costsMs.at(-1)?.toFixed(1)} ms`,
  );
}

const listener = acceptStations({
  authorise: () => ({ accept: true, binding: null }),
  onConnection: (connection) => {
    connection.onAnyCall((action) => (action === 'Heartbeat' ? { currentTime: at } : {}));
  },
  clock,
  random: Math.random,
});
const server = createServer();
listener.attach(server);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ocpp`;

function connect(index: number): Promise<AnyConnection<'station'>> {
  return new Promise((resolve) => {
    dialStation({
      url,
      identity: `CS-${index}`,
      versions: ['2.0.1'],
      clock,
      random: Math.random,
      onConnected: resolve,
    });
  });
}

const stations: AnyConnection<'station'>[] = [];
for (let index = 0; index < 100; index += 1) stations.push(await connect(index));

for (const [action, payload] of messages) {
  const rates: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const perStation = 100;
    const before = process.cpuUsage();
    await Promise.all(
      stations.map(async (station) => {
        for (let count = 0; count < perStation; count += 1) {
          const { kind } = await station.callAny(action, payload);
          if (kind !== 'result') throw new Error(`${action}: ${kind}`);
        }
      }),
    );
    const { user, system } = process.cpuUsage(before);
    rates.push((stations.length * perStation) / ((user + system) / 1e6));
  }
  const median = rates.sort((a, b) => a - b)[2] ?? 0;
  console.log(`${action}: ${median.toFixed(0)} calls per second of CPU, both ends together`);
}

collect();
const before = process.memoryUsage();
const more = 1_000;
for (let index = 0; index < more; index += 1) stations.push(await connect(1_000 + index));
collect();
const after = process.memoryUsage();
const kilobytes = (key: 'heapUsed' | 'rss' | 'external') =>
  ((after[key] - before[key]) / more / 1024).toFixed(1);
console.log(
  `an idle connection, both ends together: ${kilobytes('heapUsed')} KiB heap, ${kilobytes('external')} KiB external, ${kilobytes('rss')} KiB resident`,
);
process.exit(0);
