/** The adapter and a simulated grid operator, each on real HTTP at a free port. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import {
  type Bodies,
  createFlexibilityProvider,
  type FlexibilityProvider,
  fetchCaller,
  type GroupCapacityForecast,
  MemoryPartnerStore,
  nodeListener,
  type Partner,
  type PartnerStore,
  type Taken,
} from '../index.ts';
import { HandClock } from './hand-clock.ts';
import { SimulatedCapacityProvider } from './simulated-capacity-provider.ts';

export const HOUR_MS = 3_600_000;
const silent = { info() {}, warn() {} };

export interface Rig {
  readonly clock: HandClock;
  readonly fp: FlexibilityProvider;
  readonly url: string;
  readonly forecasts: GroupCapacityForecast[];
  readonly changes: [from: string, to: string][];
  /** Resolves with the next change of a partner's state. */
  readonly nextChange: () => Promise<Partner>;
  answer: Taken;
}

export async function flexibilityProvider(
  t: TestContext,
  given: {
    readonly clock?: HandClock;
    readonly partners?: PartnerStore;
    readonly itemsPerSegment?: number;
  } = {},
): Promise<Rig> {
  const clock = given.clock ?? new HandClock();
  const forecasts: GroupCapacityForecast[] = [];
  const changes: [string, string][] = [];
  const waiting: ((partner: Partner) => void)[] = [];
  const server = createServer((request, response) => listen(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oscp/fp`;
  let number = 0;
  const take = async (forecast: GroupCapacityForecast): Promise<Taken> => {
    if (rig.answer.ok) forecasts.push(forecast);
    return rig.answer;
  };
  const fp = createFlexibilityProvider({
    baseUrl: url,
    partners: given.partners ?? new MemoryPartnerStore(),
    clock,
    random: (count) => {
      number += 1;
      return Buffer.alloc(count, number);
    },
    http: fetchCaller(),
    log: silent,
    required: { heartbeat_interval: 60, measurement_configuration: ['CONTINUOUS'] },
    ...(given.itemsPerSegment === undefined ? {} : { itemsPerSegment: given.itemsPerSegment }),
    ports: {
      forecast: take,
      adjustment: take,
      async partnerChanged(partner, before) {
        changes.push([before.state, partner.state]);
        for (const wake of waiting.splice(0)) wake(partner);
      },
    },
  });
  const listen = nodeListener(fp.handle, silent);
  const nextChange = () => new Promise<Partner>((resolve) => waiting.push(resolve));
  const rig: Rig = { clock, fp, url, forecasts, changes, nextChange, answer: { ok: true } };
  await fp.start();
  t.after(async () => {
    fp.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return rig;
}

export async function gridOperator(
  t: TestContext,
  role: 'cp' | 'co' = 'cp',
): Promise<SimulatedCapacityProvider> {
  const provider = await SimulatedCapacityProvider.start(role);
  t.after(() => provider.close());
  return provider;
}

export async function online(t: TestContext, role: 'cp' | 'co' = 'cp', itemsPerSegment?: number) {
  const rig = await flexibilityProvider(t, itemsPerSegment === undefined ? {} : { itemsPerSegment });
  const cp = await gridOperator(t, role);
  const { token, versionUrl } = await rig.fp.invite({ id: 'dso', name: 'The grid operator', role });
  assert.equal((await cp.register(versionUrl, token)).status, 204);
  if (role === 'cp') {
    await cp.handshake();
    return { rig, cp };
  }
  // An optimizer is asked, and acknowledges by a request of its own.
  const asked = cp.next('handshake');
  assert.equal((await rig.fp.handshake('dso')).ok, true);
  assert.equal((await asked).problem, undefined);
  await cp.post('handshake_acknowledge', {});
  return { rig, cp };
}

export const at = (ms: number) => new Date(ms).toISOString();
export const block = (startMs: number) => ({
  capacity: 40,
  phase: 'ALL' as const,
  unit: 'KW' as const,
  start_time: at(startMs),
  end_time: at(startMs + HOUR_MS),
});
export const energy = (ms: number) => ({
  value: 12.5,
  phase: 'ALL' as const,
  unit: 'KWH' as const,
  direction: 'IMPORT' as const,
  measure_time: at(ms),
});

/** One good body per message. */
export function bodies(nowMs: number): Bodies {
  const forecast = { group_id: 'G1', type: 'CONSUMPTION' as const, forecasted_blocks: [block(nowMs)] };
  const behaviour = { required_behaviour: { heartbeat_interval: 60, measurement_configuration: [] } };
  return {
    register: { token: 'a-token', version_url: [{ version: '2.0', base_url: 'https://dso.example/cp/2.0' }] },
    handshake: behaviour,
    handshake_acknowledge: behaviour,
    heartbeat: { offline_mode_at: at(nowMs + HOUR_MS) },
    update_group_capacity_forecast: forecast,
    adjust_group_capacity_forecast: forecast,
    group_capacity_compliance_error: { message: 'no', forecasted_blocks: [block(nowMs)] },
    update_group_measurements: { group_id: 'G1', measurements: [energy(nowMs)] },
    update_asset_measurements: {
      group_id: 'G1',
      measurements: [{ asset_id: 'E1', asset_category: 'CHARGING', energy_measurement: energy(nowMs) }],
    },
  };
}

/** The body with one thing wrong at a time: each required field absent, each value of another kind, each list empty, each word unknown. */
export function mutantsOf(body: object): [field: string, mutant: object][] {
  const optional = new Set([
    'required_behaviour',
    'heartbeat_interval',
    'forecasted_blocks',
    'energy_measurement',
  ]);
  const isHandshake = 'required_behaviour' in body;
  return Object.entries(body).flatMap(([field, value]): [string, object][] => {
    const { [field]: _gone, ...without } = body as Record<string, unknown>;
    const mayBeAbsent = optional.has(field) && !('type' in body);
    const inner: [string, object][] = Array.isArray(value)
      ? value
          .slice(0, 1)
          .flatMap((item): [string, object][] =>
            typeof item === 'object' && item !== null
              ? mutantsOf(item).map(([of, mutant]) => [of, { ...body, [field]: [mutant] }])
              : [],
          )
      : typeof value === 'object' && value !== null
        ? mutantsOf(value).map(([of, mutant]) => [of, { ...body, [field]: mutant }])
        : [];
    const empty: [string, object][] =
      Array.isArray(value) && field !== 'measurement_configuration'
        ? [[field, { ...body, [field]: [] }]]
        : [];
    const words: [string, object][] =
      typeof value === 'string' && /^[A-Z]+$/.test(value) ? [[field, { ...body, [field]: 'NONSENSE' }]] : [];
    return [
      ...(mayBeAbsent || isHandshake ? [] : [[field, without] as [string, object]]),
      [field, { ...body, [field]: typeof value === 'string' ? 5 : 'five' }],
      ...inner,
      ...empty,
      ...words,
    ];
  });
}
