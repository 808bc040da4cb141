/** Readings of the meter as sampled values, for 1.6 (text) and 2.x (numbers). Both registers always: they are never netted (SC17). */
import type { MeterReading } from '../meter/mid-meter.ts';

export interface Sample {
  readonly measurand: string;
  readonly value: number;
  readonly unit: string;
  readonly phase?: string;
  readonly location?: string;
}

/** What a station knows of the car: state of charge 0..1, and what only 2.1 has a measurand for (ISO 15118-20 DisplayParameters). */
export interface CarShown {
  readonly soc?: number;
  readonly batteryWh?: number;
}

export function samplesOf(reading: MeterReading, { soc, batteryWh }: CarShown): Sample[] {
  const samples: Sample[] = [
    { measurand: 'Energy.Active.Import.Register', value: reading.importWh, unit: 'Wh' },
    { measurand: 'Energy.Active.Export.Register', value: reading.exportWh, unit: 'Wh' },
    { measurand: 'Power.Active.Import', value: Math.max(0, reading.totalPowerW), unit: 'W' },
    { measurand: 'Power.Active.Export', value: Math.max(0, -reading.totalPowerW), unit: 'W' },
  ];
  for (const [n, currentA] of reading.currentA.entries()) {
    samples.push({
      measurand: 'Current.Import',
      value: Math.max(0, currentA),
      unit: 'A',
      phase: `L${n + 1}`,
    });
  }
  for (const [n, voltageV] of reading.voltageV.entries()) {
    samples.push({ measurand: 'Voltage', value: voltageV, unit: 'V', phase: `L${n + 1}-N` });
  }
  if (soc !== undefined)
    samples.push({ measurand: 'SoC', value: soc * 100, unit: 'Percent', location: 'EV' });
  if (batteryWh !== undefined)
    samples.push({
      measurand: 'Display.BatteryEnergyCapacity',
      value: batteryWh,
      unit: 'Wh',
      location: 'EV',
    });
  return samples.map((sample) => ({ ...sample, value: Math.round(sample.value * 100) / 100 }));
}

export type ReadingContext = 'Transaction.Begin' | 'Transaction.End' | 'Sample.Periodic' | 'Other';

export function meterValue16(reading: MeterReading, context: ReadingContext, soc?: number, signed?: string) {
  return {
    timestamp: new Date(reading.atMs).toISOString(),
    sampledValue: [
      ...samplesOf(reading, soc === undefined ? {} : { soc }).map(
        ({ value, measurand, unit, phase, location }) => ({
          value: String(value),
          context,
          measurand,
          unit,
          ...(phase === undefined ? {} : { phase }),
          ...(location === undefined ? {} : { location }),
        }),
      ),
      ...(signed === undefined ? [] : [{ value: signed, context, format: 'SignedData' }]),
    ],
  };
}

export function meterValue2x(reading: MeterReading, context: ReadingContext, car: CarShown, signed?: string) {
  return {
    timestamp: new Date(reading.atMs).toISOString(),
    sampledValue: samplesOf(reading, car).map(({ value, measurand, unit, phase, location }, n) => ({
      value,
      context,
      measurand,
      unitOfMeasure: { unit },
      ...(phase === undefined ? {} : { phase }),
      ...(location === undefined ? {} : { location }),
      ...(n === 0 && signed !== undefined
        ? {
            signedMeterValue: {
              signedMeterData: signed,
              signingMethod: '',
              encodingMethod: 'OCMF',
              publicKey: '',
            },
          }
        : {}),
    })),
  };
}
