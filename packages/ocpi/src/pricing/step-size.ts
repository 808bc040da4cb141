import type { Lines, OpenLine } from './line.ts';

/**
 * `step_size` counts once for ENERGY and once for time (OCPI 2.3.0 mod_cdrs, step_size): the total of the session is rounded up to the step
 * of the price that was used last, and what is added is billed at that price. Where parking has a price, it is the parking that is rounded,
 * not the charging before it. A reservation is a matter of its own. A credit for discharged energy is never rounded up. 0 means no steps.
 */
export function applyStepSizes(lines: Lines): void {
  roundUp(lines.of('energy'));
  const parking = lines.of('parking');
  roundUp(parking.length > 0 ? parking : lines.of('time'));
  roundUp(lines.of('reservation').filter(({ active }) => active.component.type === 'TIME'));
}

function roundUp(lines: readonly OpenLine[]): void {
  const last = lines.reduce<OpenLine | undefined>(
    (latest, line) => (latest === undefined || line.lastPeriod >= latest.lastPeriod ? line : latest),
    undefined,
  );
  if (last === undefined) return;
  // Wh or seconds, while volumes are thousandths of them.
  const step = last.active.component.step_size * 1000;
  if (step === 0) return;
  const total = lines.reduce((sum, { measured }) => sum + measured, 0);
  last.billed += Math.ceil(total / step) * step - total;
}
