import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { at, NOON, profileOf, requestOf } from '../testing/builders.ts';
import { randomStack } from '../testing/random-stack.ts';
import { capability, period, type RuleCase, txDefault } from '../testing/rule-cases/case.ts';
import { profileCases } from '../testing/rule-cases/profile-cases.ts';
import { scheduleCases } from '../testing/rule-cases/schedule-cases.ts';
import { stackCases } from '../testing/rule-cases/stack-cases.ts';
import { v2xCases } from '../testing/rule-cases/v2x-cases.ts';
import type { InstalledProfile } from '../types.ts';
import { installProfile, installRules } from './install.ts';

const cases: readonly RuleCase[] = [...profileCases, ...scheduleCases, ...v2xCases, ...stackCases];

for (const { rule, code, name, broken, right } of cases) {
  test(`${rule} ${code}: ${name}`, () => {
    const refused = installProfile(requestOf(broken), NOON);
    assert.ok(!refused.ok, 'the broken request is refused');
    assert.deepEqual({ code: refused.refusal.code, rule: refused.refusal.rule }, { code, rule });
    assert.ok(refused.refusal.message.length > 10);
    const accepted = installProfile(requestOf(right), NOON);
    assert.ok(accepted.ok, `the corrected request is accepted: ${JSON.stringify(accepted)}`);
  });
}

test('every rule of the table has a case that breaks it', () => {
  const tested = new Set(cases.map((each) => each.rule));
  assert.deepEqual(
    installRules.map((rule) => rule.id).filter((id) => !tested.has(id)),
    [],
  );
});

test('K01.FR.111-116: Table 95, every purpose with every mode', () => {
  const modes = [
    'Idle',
    'ChargingOnly',
    'CentralSetpoint',
    'ExternalSetpoint',
    'ExternalLimits',
    'LocalLoadBalancing',
  ] as const;
  const allowed = {
    TxProfile: modes,
    TxDefaultProfile: modes,
    PriorityCharging: ['ChargingOnly'],
    ChargingStationMaxProfile: ['ChargingOnly'],
    ChargingStationExternalConstraints: ['ChargingOnly', 'ExternalSetpoint', 'ExternalLimits'],
    LocalGeneration: ['ChargingOnly', 'ExternalLimits'],
  } as const;
  for (const purpose of Object.keys(allowed) as (keyof typeof allowed)[]) {
    const station = purpose === 'ChargingStationExternalConstraints' || purpose === 'LocalGeneration';
    for (const operationMode of modes) {
      const result = installProfile(
        requestOf({
          evseId: purpose === 'ChargingStationMaxProfile' ? 0 : 1,
          source: station ? 'Station' : 'CSMS',
          profile: profileOf(purpose, [{ startPeriod: 0, limit: 9, setpoint: 6, operationMode }]),
        }),
        NOON,
      );
      assert.equal(
        result.ok,
        (allowed[purpose] as readonly string[]).includes(operationMode),
        `${purpose} ${operationMode}`,
      );
      if (!result.ok) assert.equal(result.refusal.code, 'InvalidOperationMode');
    }
  }
});

test('K01.FR.05: the same id replaces, wherever it was', () => {
  const before = [
    at(2, txDefault({ stackLevel: 3 })),
    at(0, profileOf('ChargingStationMaxProfile', 32, {}, { id: 11 })),
  ];
  const result = installProfile(requestOf({ installed: before }), NOON);
  assert.ok(result.ok);
  assert.deepEqual(result.value.replaced, [before[0]]);
  assert.deepEqual(result.value.installed, [before[1], at(1, txDefault({}))]);
});

test('OCPP 1.6 errata 3.42: the same stackLevel and purpose on a connector replaces, with another id too', () => {
  const v16 = capability({ version: '1.6' });
  const before = [
    at(1, txDefault({ id: 11 })),
    at(2, txDefault({ id: 12 })),
    at(1, txDefault({ id: 13, stackLevel: 1 })),
  ];
  const result = installProfile(requestOf({ installed: before, capability: v16 }), NOON);
  assert.ok(result.ok);
  assert.deepEqual(result.value.replaced, [before[0]]);
  assert.equal(result.value.installed.length, 3);
});

test('OCPP 1.6 errata 3.65/66: validFrom and validTo are allowed on a TxProfile', () => {
  const profile = { ...period({ limit: 6 }), validFromMs: NOON, validToMs: NOON + 60_000 };
  assert.ok(installProfile(requestOf({ profile, capability: capability({ version: '1.6' }) }), NOON).ok);
});

test('K28: dynUpdateTime is stamped on receipt', () => {
  const profile = txDefault({ chargingProfileKind: 'Dynamic' });
  const result = installProfile(requestOf({ profile }), NOON + 5);
  assert.ok(result.ok);
  assert.equal(result.value.added.profile.dynUpdateTimeMs, NOON + 5);
});

test('random stacks are valid: every profile of them is installed, in any version', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0 }), (seed) => {
      const { installed, context, startMs } = randomStack(seed);
      let now: readonly InstalledProfile[] = [];
      for (const { evseId, profile } of installed) {
        const station = ['ChargingStationExternalConstraints', 'LocalGeneration'].includes(
          profile.chargingProfilePurpose,
        );
        const result = installProfile(
          {
            evseId,
            profile,
            source: station ? 'Station' : 'CSMS',
            capability: { version: context.version, evses: context.evses },
            installed: now,
            transactions: context.evses.flatMap((evse) =>
              evse.transaction === undefined
                ? []
                : [
                    {
                      evseId: evse.evseId,
                      transactionId: evse.transaction.transactionId,
                      perPhaseNeeds: true,
                    },
                  ],
            ),
          },
          startMs,
        );
        assert.ok(result.ok, JSON.stringify(result));
        now = result.value.installed;
      }
      assert.equal(now.length, installed.length);
    }),
    { numRuns: 300 },
  );
});
