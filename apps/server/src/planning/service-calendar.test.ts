import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planNow } from '@smac/optimiser';
import { powerAt } from '../dispatch/index.ts';
import type { ServicePolicy } from '../sites/index.ts';
import { assignmentOf } from './assignment.ts';
import { serviceBand } from './service-band.ts';
import { serviceCalendar } from './service-calendar.ts';
import { slotGrid, slotStart } from './slot-grid.ts';
import { anEntry, aSnapshot, built, HOUR_MS, NOW_MS, recordOf, stored } from './testing/snapshots.ts';

const ALL: Omit<ServicePolicy, 'fromHour' | 'toHour'> = {
  evses: [],
  weekdays: [],
  timeZone: 'UTC',
};
/** 11 kW until 12:00, 4.6 kW from then to 20:00; 08:00 is now. */
const AFTERNOON: ServicePolicy[] = [{ ...ALL, fromHour: 12, toHour: 20, maxW: 4_600 }];
const evening = { departureMs: NOW_MS + 8 * HOUR_MS, departureFirm: true };

test('US-BCN-strategy a band that begins later is planned for: what it will not allow is charged before, and plan and profile are one', async () => {
  // The cheap hours are those of the band: with its 4.6 kW they give 18.4 of the 30 kWh, so the rest is taken at the dear price before.
  const price = stored(NOW_MS, 60, [0.5, 0.5, 0.5, 0.5, 0.1, 0.1, 0.1, 0.1]);
  const snapshot = aSnapshot({
    policies: AFTERNOON,
    series: { price },
    sessions: [
      anEntry({
        connector: { powerType: 'DC' },
        preferences: { energyNeedWh: 30_000, profileType: 'CHEAP', ...evening },
      }),
    ],
  });
  const from = built(snapshot);
  const plan = await planNow(from.problem);
  assert.ok(plan.shortfall_wh < 1, `${plan.shortfall_wh} Wh`);
  const planned = plan.sessions[0]!;
  assert.ok(Math.abs(planned.energy_wh - 30_000) < 10, `${planned.energy_wh} Wh`);
  const afternoonWh = planned.power_w.slice(16, 32).reduce((sum, w) => sum + w / 4, 0);
  assert.ok(Math.abs(afternoonWh - 18_400) < 1, `${afternoonWh} Wh in the cheap band`);
  assert.ok(planned.reasons.some(({ code }) => code === 'limited_by_service'));
  const [sent] = assignmentOf(recordOf(from, plan), from, snapshot).sessions;
  for (const [slot, w] of planned.power_w.slice(0, 32).entries()) {
    const atMs = NOW_MS + slot * 900_000 + 1;
    assert.ok(Math.abs((powerAt(sent!.profile, atMs) ?? 0) - w) < 1, `slot ${slot}: plan ${w} W`);
  }
});

test('US-BCN-strategy a band that ends later does not hold its car for good', async () => {
  const morning: ServicePolicy[] = [{ ...ALL, fromHour: 0, toHour: 12, maxW: 4_600 }];
  const price = stored(NOW_MS, 60, [0.5, 0.5, 0.5, 0.5, 0.1, 0.1, 0.1, 0.1]);
  const from = built(
    aSnapshot({
      policies: morning,
      series: { price },
      sessions: [anEntry({ preferences: { energyNeedWh: 36_000, profileType: 'CHEAP', ...evening } })],
    }),
  );
  const { sessions } = await planNow(from.problem);
  assert.ok(Math.max(...sessions[0]!.power_w) > 8_999, `${Math.max(...sessions[0]!.power_w)} W`);
  assert.ok(sessions[0]!.power_w.slice(0, 16).every((w) => w === 0));
});

test('US-BCN-strategy a car that charges at once is promised for when the bands let it be done', () => {
  const from = built(
    aSnapshot({
      atMs: NOW_MS + 3.75 * HOUR_MS,
      policies: AFTERNOON,
      sessions: [
        anEntry({
          session: { startMs: NOW_MS + 3.75 * HOUR_MS },
          preferences: { energyNeedWh: 7_350, profileType: 'REGULAR' },
        }),
      ],
    }),
  );
  // A quarter hour at 11 kW, then an hour at 4.6 kW.
  const [target] = from.problem.sessions![0]!.targets!;
  assert.equal(target!.at, new Date(NOW_MS + 5 * HOUR_MS).toISOString());
});

test('US-BCN-strategy what is asked slot by slot is what is asked for one moment, over midnights, weekdays and a change of the clock', () => {
  const policies: ServicePolicy[] = [
    { ...ALL, timeZone: 'Europe/Madrid', weekdays: [6, 7], fromHour: 22, toHour: 8, maxW: 3_000 },
    { ...ALL, timeZone: 'Europe/Madrid', fromHour: 1, toHour: 4, maxW: 7_000 },
    {
      ...ALL,
      evses: [{ locationId: 'L1', evseUid: 'E-2' }],
      timeZone: 'Europe/Madrid',
      fromHour: 8,
      toHour: 22,
      maxW: 5_000,
    },
  ];
  // Saturday before the clock goes forward in the night.
  const grid = slotGrid(Date.UTC(2027, 2, 27, 17, 7), 15, 192);
  const calendar = serviceCalendar(policies, grid);
  for (const evseUid of ['E-1', 'E-2']) {
    const evse = { peerId: 'p', locationId: 'L1', evseUid };
    const maxW = calendar.maxW(evse)!;
    for (const [slot, w] of maxW.entries()) {
      const atMs = Math.max(slotStart(grid, slot), grid.nowMs);
      assert.equal(w, serviceBand(policies, evse, atMs).maxW, `${evseUid}, slot ${slot}`);
    }
  }
  assert.equal(serviceCalendar([], grid).maxW({ locationId: 'L1', evseUid: 'E-1' }), undefined);
});
