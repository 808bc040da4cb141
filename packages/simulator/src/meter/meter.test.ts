import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '../random/random.ts';
import { MidMeter } from './mid-meter.ts';
import { isGenuine, MeterSigner } from './signed-value.ts';

const state = (atMs: number, currentA: number) => ({
  atMs,
  currentA: [currentA, currentA, currentA] as const,
  voltageV: [230, 230, 230] as const,
  frequencyHz: 50,
});

test('SC17 NL-211 import and export are registers of their own: neither ever falls, net = import - export', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(fc.double({ min: -500, max: 500, noNaN: true }), { maxLength: 60 }),
      (seed, flows) => {
        const meter = new MidMeter({ serial: 'M', random: createRandom(seed) });
        let [inWh, outWh] = [0, 0];
        for (const wh of flows) {
          const before = [meter.importWh, meter.exportWh] as const;
          meter.record({ importWh: Math.max(0, wh), exportWh: Math.max(0, -wh) });
          inWh += Math.max(0, wh);
          outWh += Math.max(0, -wh);
          assert.ok(meter.importWh >= before[0] && meter.exportWh >= before[1]);
          assert.ok(wh > 0 ? meter.exportWh === before[1] : meter.importWh === before[0]);
        }
        assert.ok(Math.abs(meter.importWh - inWh) <= inWh * 0.005 + 1);
        assert.ok(Math.abs(meter.exportWh - outWh) <= outWh * 0.005 + 1);
        const net = meter.importWh - meter.exportWh;
        assert.ok(Math.abs(net - (inWh - outWh)) <= (inWh + outWh) * 0.005 + 2);
      },
    ),
  );
});

test('registers go on where an earlier life of the meter ended and never roll over', () => {
  const meter = new MidMeter({
    serial: 'M',
    random: createRandom(1),
    maxError: 0,
    importWh: 99_999_999,
    exportWh: 5,
  });
  meter.record({ importWh: 1_000_000_000, exportWh: 0 });
  assert.equal(meter.importWh, 1_099_999_999);
  assert.equal(meter.exportWh, 5);
});

test('momentary values scatter within +-0.5 % of gain and 0.1 % of noise, are constant within a second and sign the direction', () => {
  for (let seed = 0; seed < 20; seed++) {
    const meter = new MidMeter({ serial: 'M', random: createRandom(seed) });
    for (let s = 0; s < 50; s++) {
      const reading = meter.read(state(s * 1000, 16));
      assert.ok(Math.abs(reading.currentA[0] / 16 - 1) < 0.0067);
      assert.ok(Math.abs(reading.totalPowerW / 11_040 - 1) < 0.008);
      assert.deepEqual(meter.read(state(s * 1000 + 999, 16)).currentA, reading.currentA);
    }
    assert.ok(meter.read(state(0, -10)).totalPowerW < 0);
    assert.equal(meter.read(state(0, 0)).totalPowerW, 0);
  }
});

test('a seed reproduces every reading and every signed value', () => {
  const life = () => {
    const random = createRandom('seed');
    const meter = new MidMeter({ serial: 'M', random });
    const signer = new MeterSigner('M', random);
    meter.record({ importWh: 1234.5, exportWh: 6 });
    return JSON.stringify([
      meter.read(state(5_000, 7)),
      signer.sign({ atMs: 0, kind: 'B', importWh: meter.importWh, exportWh: meter.exportWh, idToken: 'T' }),
    ]);
  };
  assert.equal(life(), life());
});

test('a signed value survives byte for byte or is not genuine any more', () => {
  const signer = new MeterSigner('M7', createRandom(1));
  const value = signer.sign({
    atMs: 1_700_000_000_123,
    kind: 'E',
    importWh: 15_000,
    exportWh: 250,
    idToken: 'A|B',
  });
  assert.match(
    value,
    /^OCMF\|\{"FV":"1\.0".*"RV":15,"RI":"1-b:1\.8\.0".*\|\{"SA":"Ed25519","SD":"[0-9a-f]{128}"\}$/,
  );
  assert.ok(value.includes('2023-11-14T22:13:20,123+0000 S'));
  assert.equal(isGenuine(value, signer.publicKey), true);
  assert.equal(isGenuine(value.replace('"RV":15,', '"RV":14,'), signer.publicKey), false);
  assert.equal(isGenuine(value.replace('"RV":15,', '"RV":15.0,'), signer.publicKey), false);
  assert.equal(isGenuine(value, new MeterSigner('M8', createRandom(1)).publicKey), false);
});
