import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planNow } from '@smac/optimiser';
import { anEntry, aSnapshot, built, HOUR_MS, NOW_MS, stored } from './testing/snapshots.ts';

/** Dear for two hours, cheap afterwards. */
const price = stored(NOW_MS, 60, [9, 9, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
const wishes = {
  profileType: 'CHEAP',
  energyNeedWh: 10_000,
  departureMs: NOW_MS + 8 * HOUR_MS,
  departureFirm: true,
  dischargeAllowed: true,
} as const;
const planOf = async (provider: string | undefined, maxImportW = 30_000) => {
  const session = provider === undefined ? {} : { provider };
  const snapshot = aSnapshot({
    statics: { maxImportW },
    series: { price },
    sessions: [
      anEntry({
        id: 'mine',
        preferences: wishes,
        session,
        connector: { dischargeW: 11_000 },
      }),
    ],
  });
  const from = built(snapshot, { carriesDischarge: () => true });
  const plan = await planNow(from.problem);
  return { from, powerW: plan.sessions[0]?.power_w ?? [] };
};

test('who chose no smart charging, or a provider that says nothing, waits for nobody: the car charges at once, below every limit, and gives nothing back', async () => {
  for (const provider of ['none', '0123456789abcdef']) {
    const { from, powerW } = await planOf(provider);
    assert.equal(powerW[0], 11_000, provider);
    assert.ok(powerW.every((w) => w >= 0));
    assert.equal(from.problem.sessions?.[0]?.max_discharge_w, undefined);
    assert.equal((await planOf(provider, 4_200)).powerW[0], 4_200, 'a limit stays a limit');
  }
  const why = (await planOf('none')).from.sessions[0]?.policy;
  assert.match(why ?? '', /^the driver chose no smart charging; /);
});

test('who chose nothing, or this platform, is planned by what they wished', async () => {
  for (const provider of [undefined, 'own']) {
    const { powerW } = await planOf(provider);
    assert.equal(powerW[0], 0, 'it waits for the cheap hours');
  }
});
